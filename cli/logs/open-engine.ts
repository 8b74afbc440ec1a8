import type { AthenaStatistics } from '#analytics/engines/athena';
import type { QueryEngine } from '#analytics/engines/engine';
import { createTrinoEngine, type TrinoSettings } from '#analytics/engines/trino';
import { InputError } from '#core/errors';
import { Secret } from '#core/secret';
import { type CommandContext, writeLine } from '../context';
import { countOf } from '../count-of';
import { openEnvironment } from '../deployed-environment';
import { InterruptedError } from '../interrupted-error';
import { type LogSourceOptions, openLogSource } from './log-sources';
import type { ENGINE_NAMES } from './option-choices';
import { PassedOverList } from './passed-over';
import { partitionsOf, type QueryWindow } from './query-window';

/** The name of a query engine. */
export type EngineName = (typeof ENGINE_NAMES)[number];

export interface EngineOptions extends LogSourceOptions {
  readonly engine: EngineName;
  /** Address of a Trino coordinator, for `--engine trino`. */
  readonly trinoUrl?: string;
}

/** Why an engine is opened. */
export interface EngineUse {
  readonly window: QueryWindow;
  /**
   * Whether text logs should be converted to a faster format first. This helps if several queries
   * run, or one that reads the evidence.
   */
  readonly readsTextOnce: boolean;
  /** Hours before the window whose files are read. @default 1 */
  readonly hoursBefore?: number;
  /** Whether the engine only looks at the logs: it says nothing about files. @default false */
  readonly looksOnly?: boolean;
}

/** A query engine over the selected logs. */
export interface OpenedEngine {
  readonly engine: QueryEngine;
  /** Description of the logs for the user. */
  readonly description: string;
  close(): Promise<void>;
}

/**
 * Returns a signal that the first Ctrl-C aborts, so that the running statement is cancelled. The
 * second Ctrl-C ends the program.
 */
function interruptSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort(new InterruptedError('interrupted'));
  };
  process.once('SIGINT', abort);
  return { signal: controller.signal, release: () => process.off('SIGINT', abort) };
}

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Converts signals that would end the program at once into a normal exit, so that downloaded logs
 * are deleted.
 */
function exitOnSignal(): () => void {
  const exit = (_signal: NodeJS.Signals, number: number): never => process.exit(128 + number);
  ENDING_SIGNALS.forEach((signal) => process.on(signal, exit));
  return () => {
    ENDING_SIGNALS.forEach((signal) => process.off(signal, exit));
  };
}

async function openDuckDb(
  context: CommandContext,
  options: EngineOptions,
  { window, readsTextOnce, hoursBefore, looksOnly = false }: EngineUse,
): Promise<OpenedEngine> {
  const { createDuckDbEngine } = await import('#analytics/engines/duckdb');
  const partitions = partitionsOf(window, hoursBefore);
  const { skipUnreadable: skipsUnreadable = false } = options;
  const passedOver = new PassedOverList();
  const release = exitOnSignal();
  const use = { partitions, onPassedOver: passedOver.add };
  const source = await openLogSource(context, options, use).catch((error: unknown) => {
    release();
    throw error;
  });
  const close = (): void => {
    if (!looksOnly) passedOver.tell(context);
    source.close();
    release();
  };
  try {
    const { files } = source;
    const engine = await createDuckDbEngine({
      files,
      partitions,
      readsTextOnce,
      skipsUnreadable,
      onPassedOver: passedOver.add,
    });
    return {
      engine,
      description: `DuckDB, ${countOf(files.length, 'file')}`,
      close: async () => {
        await engine.close();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

function refuseSource({ source, engine }: EngineOptions): void {
  if (source === undefined) return;
  throw new InputError({
    code: 'ERR_SOURCE',
    field: '--source',
    received: source,
    allowed: `nothing with --engine ${engine}: it reads the deployed tables`,
  });
}

/**
 * Refuses `--trino-url` without the engine `trino`. Otherwise the query would silently read other
 * logs than intended.
 */
function refuseTrinoUrl({ trinoUrl }: EngineOptions): void {
  if (trinoUrl === undefined) return;
  throw new InputError({
    code: 'ERR_ENGINE',
    field: '--trino-url',
    allowed: 'nothing without --engine trino',
    ...(!trinoUrl.includes('@') && { received: trinoUrl }),
  });
}

function statisticsText({ bytesScanned, costUsd, engineMilliseconds }: AthenaStatistics): string {
  const megabytes = (bytesScanned / 1_000_000).toFixed(1);
  return `Athena: ${megabytes} MB scanned, about USD ${costUsd.toFixed(6)}, ${engineMilliseconds} ms`;
}

async function openAthena(context: CommandContext, options: EngineOptions): Promise<OpenedEngine> {
  refuseSource(options);
  const { deployment, variables } = await openEnvironment(context, options.environment);
  const { workgroup, database } = deployment.logs;
  const { AthenaClient } = await import('@aws-sdk/client-athena');
  const { createAthenaEngine } = await import('#analytics/engines/athena');
  const { clientSettings } = await import('#aws/clients');
  const client = new AthenaClient(clientSettings(variables, 'ATHENA'));
  const { signal, release } = interruptSignal();
  const engine = createAthenaEngine({
    client,
    workgroup,
    database,
    signal,
    onStatistics: (statistics) => {
      writeLine(context.errorOutput, statisticsText(statistics));
    },
  });
  return {
    engine,
    description: `Athena, workgroup ${workgroup}`,
    close: async () => {
      release();
      await engine.close();
      client.destroy();
    },
  };
}

/**
 * Creates a Trino engine. Its errors must name the command line option, which the engine does not
 * know.
 */
function createTrino(settings: TrinoSettings): QueryEngine {
  try {
    return createTrinoEngine(settings);
  } catch (error) {
    throw error instanceof InputError ? error.withField('--trino-url') : error;
  }
}

async function openTrino(context: CommandContext, options: EngineOptions): Promise<OpenedEngine> {
  refuseSource(options);
  const { trinoUrl } = options;
  if (trinoUrl === undefined) {
    throw new InputError({
      code: 'ERR_TRINO_URL',
      field: '--trino-url',
      received: 'nothing',
      allowed: 'the address of a Trino coordinator, e.g. https://trino.example.com:8443',
    });
  }
  const { deployment } = await openEnvironment(context, options.environment);
  const { TRINO_USER: user = 'edgepass', TRINO_PASSWORD: password } = context.processEnvironment;
  const { signal, release } = interruptSignal();
  const engine = createTrino({
    url: trinoUrl,
    user,
    schema: deployment.logs.database,
    signal,
    ...(password !== undefined && { password: new Secret(password) }),
  });
  return {
    engine,
    description: `Trino, schema ${deployment.logs.database}`,
    close: async () => {
      release();
      await engine.close();
    },
  };
}

/**
 * Opens the engine and the logs that a command line names.
 *
 * @throws {InputError} for options that cannot be combined; {UnreachableError} when an environment
 * does not answer
 */
export function openEngine(
  context: CommandContext,
  options: EngineOptions,
  use: EngineUse,
): Promise<OpenedEngine> {
  if (options.engine !== 'trino') refuseTrinoUrl(options);
  switch (options.engine) {
    case 'duckdb':
      return openDuckDb(context, options, use);
    case 'athena':
      return openAthena(context, options);
    case 'trino':
      return openTrino(context, options);
  }
}
