import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { GUARD_NOTE_FIELD } from '#core/contract/guard-note';
import { listQueries } from '../catalog';
import { createDuckDbEngine } from '../engines/duckdb';
import type { Cell } from '../engines/engine';
import { findLogFiles } from '../records/log-file';
import { renderQuery } from '../render-query';
import { verifyPresented } from '../verification/verify-presented';
import { type GeneratedRequest, generateLogs, type GeneratorSettings } from './generate';
import { writeLogs } from './write-logs';

/** Levels of knowledge that the queries can have, from little to much. */
export const KNOWLEDGE = ['traffic', 'log data', 'evidence', 'evidence and keys'] as const;

/** What a level of knowledge contains. */
export type Knowledge = (typeof KNOWLEDGE)[number];

export interface PlantedTruthSettings extends GeneratorSettings {
  readonly knowledge: Knowledge;
}

/** The result for one kind of planted request. */
export interface PlantedTruthRow {
  readonly kind: string;
  /** The cause that this knowledge allows to find; undefined for requests that were not refused. */
  readonly cause: string | undefined;
  readonly lines: number;
  /** Number of lines with exactly this cause, and with `proven` only for genuine grants. */
  readonly exact: number;
}

interface Named {
  readonly cause: Cell;
  readonly proven: Cell;
}

const DAY_MILLISECONDS = 86_400_000;
const EVIDENCE = ['cs(Cookie)', 'cs-uri-query'];
const LOG_DATA = GUARD_NOTE_FIELD;
/** Some requests are logged twice: they are one refusal all the same. */
const COPY_EVERY = 97;
/** Causes that need the policy to be found. */
const CONDITIONS = ['expired', 'not_yet_valid', 'outside_path'];
/** Causes that need every part of the policy to be found. */
const RESIDUE = ['wrong_address', 'bad_signature_presumed'];

/** The cause that can be found with this knowledge. */
export function supportedCause(
  { cause, isGenuine }: Pick<GeneratedRequest, 'cause' | 'isGenuine'>,
  knowledge: Knowledge,
): string | undefined {
  if (cause === undefined) return undefined;
  const isOfPolicy = CONDITIONS.includes(cause) || RESIDUE.includes(cause);
  if (knowledge === 'traffic' && isOfPolicy) return 'denied_unspecified';
  if (knowledge === 'log data' && RESIDUE.includes(cause)) return 'denied_unspecified';
  if (knowledge === 'evidence and keys' && isGenuine === false) return 'bad_signature_proven';
  return cause;
}

function leaveOut(request: GeneratedRequest, knowledge: Knowledge): GeneratedRequest {
  const left = {
    traffic: [...EVIDENCE, LOG_DATA],
    'log data': EVIDENCE,
    evidence: [LOG_DATA],
    'evidence and keys': [LOG_DATA],
  }[knowledge];
  const blank = Object.fromEntries(left.map((name) => [name, '-']));
  return { ...request, fields: { ...request.fields, ...blank } };
}

async function nameRefusals(
  folder: string,
  settings: PlantedTruthSettings,
  publicKeys: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Named>> {
  const query = listQueries().find(({ name }) => name === 'refusals');
  if (query === undefined) throw new Error('there is no query refusals');
  const start = settings.startEpoch * 1_000;
  const times = {
    from: new Date(start).toISOString(),
    to: new Date(start + DAY_MILLISECONDS).toISOString(),
  };
  const engine = await createDuckDbEngine({ files: findLogFiles(folder), readsTextOnce: true });
  try {
    const verdicts =
      settings.knowledge === 'evidence and keys'
        ? await verifyPresented(engine, publicKeys, times)
        : [];
    const { rows } = await engine.run(renderQuery(query, times, { verdicts }));
    const named = new Map(
      rows.map(([id, , , cause, , proven]) => [String(id), { cause, proven } as Named]),
    );
    if (named.size === rows.length) return named;
    throw new Error(`${rows.length - named.size} refusals of the answer are copies of others`);
  } finally {
    await engine.close();
  }
}

interface Expected {
  readonly kind: string;
  readonly cause: string | undefined;
  readonly isGenuine: boolean | undefined;
}

function isExact(expected: Expected, named: Named | undefined, knowledge: Knowledge): boolean {
  if (named === undefined) return expected.cause === undefined;
  if (named.cause !== expected.cause) return false;
  if (named.proven !== true)
    return knowledge !== 'evidence and keys' || expected.isGenuine !== true;
  return expected.isGenuine !== false;
}

function count(
  expected: ReadonlyMap<string, Expected>,
  named: ReadonlyMap<string, Named>,
  knowledge: Knowledge,
): readonly PlantedTruthRow[] {
  const rows = new Map<string, { cause: string | undefined; lines: number; exact: number }>();
  for (const [id, one] of expected) {
    const row = rows.get(one.kind) ?? { cause: one.cause, lines: 0, exact: 0 };
    row.lines += 1;
    if (isExact(one, named.get(id), knowledge)) row.exact += 1;
    rows.set(one.kind, row);
  }
  return [...rows].map(([kind, row]) => ({ kind, ...row })).sort((a, b) => b.lines - a.lines);
}

/**
 * Generates logs, runs the query `refusals` over them, and counts for each kind how many answers
 * are right.
 */
export async function checkPlantedTruth(
  settings: PlantedTruthSettings,
): Promise<readonly PlantedTruthRow[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-planted-'));
  const expected = new Map<string, Expected>();
  const { requests, publicKeys } = generateLogs({ copyEvery: COPY_EVERY, ...settings });
  const watched = function* (): Generator<GeneratedRequest> {
    for (const request of requests) {
      expected.set(request.fields['x-edge-request-id'] ?? '', {
        kind: request.kind,
        cause: supportedCause(request, settings.knowledge),
        isGenuine: request.isGenuine,
      });
      yield leaveOut(request, settings.knowledge);
    }
  };
  try {
    writeLogs(folder, 'v2-text', watched());
    return count(expected, await nameRefusals(folder, settings, publicKeys), settings.knowledge);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
