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

/** Trino over the tables of an environment. */
export interface TrinoOverLogs {
  readonly url: string;
  readonly version: string;
  /** An engine over one Glue database. */
  engineOver(schema: string): QueryEngine;
}

type Stop = () => Promise<void> | void;

async function startTrinoOverLogs(
  requests: readonly GeneratedRequest[],
  folder: string,
  stops: Stop[],
): Promise<TrinoOverLogs> {
  const found = findTrino();
  if (found.missing !== undefined) throw new Error(found.missing);
  const emulator = await startOwnEmulator(path.join(folder, 'emulator'));
  stops.unshift(() => emulator.stop());
  const at = { emulatorEndpoint: emulator.endpoint, region: REGION };
  const server = await startTrino({ ...found, ...at, folder: path.join(folder, 'trino') });
  stops.unshift(() => server.stop());
  const environment = emulatorEnvironment(process.env, { ...emulator, region: REGION });
  await fillAws(path.join(folder, 'stack'), environment, requests);
  return {
    ...server,
    engineOver: (schema) => createTrinoEngine({ url: server.url, user: 'conformance', schema }),
  };
}

async function startEngines(
  requests: readonly GeneratedRequest[],
  folder: string,
  stops: Stop[],
): Promise<Omit<ComparedEngines, 'stop'>> {
  const server = await startTrinoOverLogs(requests, folder, stops);
  const duckdb = await openDuckDb(path.join(folder, 'logs'), requests);
  stops.unshift(() => duckdb.close());
  return {
    trino: server.engineOver(DATABASE),
    trinoWithoutEvidence: server.engineOver(TRAFFIC_DATABASE),
    trinoVersion: server.version,
    trinoUrl: server.url,
    duckdb,
  };
}

/** Starts something in a folder of its own, which is stopped and removed together. */
async function startInFolder<Started extends object>(
  start: (folder: string, stops: Stop[]) => Promise<Started>,
): Promise<Started & { stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-trino-'));
  const stops: Stop[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops) await one();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await start(folder, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts an emulator and a Trino, and puts the same requests before Trino and DuckDB. */
export async function startComparedEngines(
  requests: readonly GeneratedRequest[],
): Promise<ComparedEngines> {
  return startInFolder((folder, stops) => startEngines(requests, folder, stops));
}

/** The same without DuckDB. */
export async function startTrinoWith(
  requests: readonly GeneratedRequest[],
): Promise<TrinoOverLogs & { stop(): Promise<void> }> {
  return startInFolder((folder, stops) => startTrinoOverLogs(requests, folder, stops));
}
