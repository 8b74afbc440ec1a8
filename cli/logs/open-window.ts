import {
  hoursBeforeFor,
  hoursToExpect,
  readWindowFacts,
  type WindowFacts,
} from '#analytics/notices/window-facts';
import { HOURS_BEFORE_MAX } from '#analytics/partition';
import { LOG_HOURS_BEFORE } from '#core/contract/log-window';
import { type CommandContext, writeLine } from '../context';
import { withProgress } from '../progress';
import { isFolder } from './log-sources';
import { type EngineOptions, type EngineUse, type OpenedEngine, openEngine } from './open-engine';

/** An engine over every file that can hold lines of a window, and what was learned about them. */
export interface OpenedWindow extends OpenedEngine {
  readonly facts: WindowFacts;
  /** Hours before the window whose files are read: a statement must name the same. */
  readonly hoursBefore: number;
}

/** Opens an engine over some hours and reads the facts of the window. */
async function look(
  context: CommandContext,
  options: EngineOptions,
  use: EngineUse & { readonly hoursBefore: number },
): Promise<OpenedWindow> {
  const { window, hoursBefore } = use;
  const opened = await openEngine(context, options, use);
  try {
    const facts = await withProgress(context, 'looking at the window', () =>
      readWindowFacts(opened.engine, { ...window }, hoursBefore),
    );
    return { ...opened, facts, hoursBefore };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function tell(context: CommandContext, hours: number): void {
  if (hours <= LOG_HOURS_BEFORE) return;
  writeLine(
    context.errorOutput,
    `responses took up to ${hours} hours: files of ${hours} hours before the window are read`,
  );
}

/** A folder: a day is looked at, and the files that hold lines of the window are opened. */
async function openFolder(
  context: CommandContext,
  options: EngineOptions,
  use: EngineUse,
): Promise<OpenedWindow> {
  const wide = {
    ...use,
    readsTextOnce: false,
    looksOnly: true,
    hoursBefore: HOURS_BEFORE_MAX,
  };
  const { facts, ...looked } = await look(context, options, wide);
  await looked.close();
  const hoursBefore = hoursBeforeFor(facts, use.window.from);
  tell(context, hoursBefore);
  return { ...(await openEngine(context, options, { ...use, hoursBefore })), facts, hoursBefore };
}

/** Files in S3: further hours are downloaded only when the nearest ones show long responses. */
async function openDownloaded(
  context: CommandContext,
  options: EngineOptions,
  use: EngineUse,
): Promise<OpenedWindow> {
  for (let hoursBefore = LOG_HOURS_BEFORE; ;) {
    const opened = await look(context, options, { ...use, hoursBefore });
    const needed = hoursToExpect(opened.facts);
    if (needed <= hoursBefore) return opened;
    hoursBefore = needed;
    tell(context, hoursBefore);
    await opened.close();
  }
}

/** Tables: the statement itself says which hours it reads. */
async function openTables(
  context: CommandContext,
  options: EngineOptions,
  use: EngineUse,
): Promise<OpenedWindow> {
  const opened = await look(context, options, { ...use, hoursBefore: HOURS_BEFORE_MAX });
  const hoursBefore = hoursBeforeFor(opened.facts, use.window.from);
  tell(context, hoursBefore);
  return { ...opened, hoursBefore };
}

/**
 * Opens the logs of a window. The time of a line is the end of its response, and the line stands in
 * the file of the hour in which the request began: when a response took hours, the files of so many
 * earlier hours are read as well, at most of a day.
 */
export function openWindow(
  context: CommandContext,
  options: EngineOptions,
  use: EngineUse,
): Promise<OpenedWindow> {
  if (options.engine !== 'duckdb') return openTables(context, options, use);
  return isFolder(options)
    ? openFolder(context, options, use)
    : openDownloaded(context, options, use);
}
