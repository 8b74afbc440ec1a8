import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { QueryEngine } from '#analytics/engines/engine';
import { createTrinoEngine } from '#analytics/engines/trino';
import type { GeneratedRequest } from '#analytics/generator/generate';
import { emulatorEnvironment } from '#aws/endpoints';
import { type Emulator, startEmulator } from '#local/emulator/emulator';
import { findFreePort } from '#local/emulator/ports';
import { projectRoot, readTools } from '#local/emulator/tools';
import { openDuckDb } from './compared-logs';
import { findTrino } from './find-trino';
import { DATABASE, fillAws, REGION, TRAFFIC_DATABASE } from './logs-in-aws';
import { startTrino } from './trino-server';

/** The same logs behind both engines. */
export interface ComparedEngines {
  readonly trino: QueryEngine;
  /** The same Trino for those who do not see evidence. */
  readonly trinoWithoutEvidence: QueryEngine;
  readonly trinoVersion: string;
  readonly trinoUrl: string;
  readonly duckdb: QueryEngine;
  stop(): Promise<void>;
}

/** An emulator of one suite, which forgets everything at its end. */
export async function startOwnEmulator(folder: string): Promise<Emulator> {
  const { node, emulatorPython: python } = readTools(projectRoot());
  if (python === null) throw new Error('unset AWS_ENDPOINT_URL: this suite starts an emulator');
  return startEmulator({ python, node, port: await findFreePort(), folder, persist: false });
}

type Stop = () => Promise<void> | void;

async function startEngines(
  requests: readonly GeneratedRequest[],
  folder: string,
  stops: Stop[],
): Promise<Omit<ComparedEngines, 'stop'>> {
  const found = findTrino();
  if (found.missing !== undefined) throw new Error(found.missing);
  const emulator = await startOwnEmulator(path.join(folder, 'emulator'));
  stops.unshift(() => emulator.stop());
  const at = { emulatorEndpoint: emulator.endpoint, region: REGION };
  const server = await startTrino({ ...found, ...at, folder: path.join(folder, 'trino') });
  stops.unshift(() => server.stop());
  const duckdb = await openDuckDb(path.join(folder, 'logs'), requests);
  stops.unshift(() => duckdb.close());
  const environment = emulatorEnvironment(process.env, { ...emulator, region: REGION });
  await fillAws(path.join(folder, 'stack'), environment, requests);
  const trinoOver = (schema: string): QueryEngine =>
    createTrinoEngine({ url: server.url, user: 'conformance', schema });
  return {
    trino: trinoOver(DATABASE),
    trinoWithoutEvidence: trinoOver(TRAFFIC_DATABASE),
    trinoVersion: server.version,
    trinoUrl: server.url,
    duckdb,
  };
}

/** Starts an emulator and a Trino, and puts the same requests before Trino and DuckDB. */
export async function startComparedEngines(
  requests: readonly GeneratedRequest[],
): Promise<ComparedEngines> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-trino-'));
  const stops: Stop[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops) await one();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await startEngines(requests, folder, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
