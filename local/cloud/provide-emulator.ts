import { rmSync } from 'node:fs';
import path from 'node:path';
import { type Emulator, startEmulator } from '../emulator/emulator';
import type { Tools } from '../emulator/tools';

export interface EmulatorChoice {
  readonly tools: Tools;
  /** Folder of the cloud. The emulator's folder is inside it. */
  readonly folder: string;
  readonly port: number;
  /**
   * Environment variables of this process. If they contain AWS_ENDPOINT_URL, that emulator is used.
   */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  /** Deletes the data of the emulator first. */
  readonly reset: boolean;
  /** Returns whether the emulator at an endpoint still has what was applied to it. */
  readonly isUpToDate: (endpoint: string) => Promise<boolean>;
  readonly onProgress: (text: string) => void;
}

/** An emulator, and its process if this project started it. */
export interface ProvidedEmulator {
  readonly endpoint: string;
  readonly emulator: Emulator | undefined;
}

const ANSWER_MILLISECONDS_MAX = 5_000;

/**
 * Checks that something speaks HTTP at an endpoint. Emulators have different pages for their
 * health, so every status counts as an answer; Terraform finds out whether it is an emulator.
 */
async function requireAnswer(endpoint: string): Promise<void> {
  try {
    await fetch(endpoint, {
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MILLISECONDS_MAX),
    });
  } catch (error) {
    const { cause, message } = error as Error & { readonly cause?: { readonly code?: string } };
    throw new Error(
      `AWS_ENDPOINT_URL: no emulator answers at ${endpoint} (${cause?.code ?? message}); start one there, or unset it`,
      { cause: error },
    );
  }
}

/**
 * Returns the emulator that AWS_ENDPOINT_URL names, or starts one. @throws Error when there is none
 */
export async function provideEmulator(choice: EmulatorChoice): Promise<ProvidedEmulator> {
  const given = choice.processEnvironment['AWS_ENDPOINT_URL'];
  if (given !== undefined && given !== '') {
    await requireAnswer(given);
    return { endpoint: given, emulator: undefined };
  }
  if (choice.reset) forget(choice);
  choice.onProgress('starting the AWS emulator');
  const emulator = await startOwn(choice);
  if (await isUsable(emulator, choice)) return { endpoint: emulator.endpoint, emulator };
  choice.onProgress('the AWS emulator was killed and does not know the last stack: emptying it');
  await emulator.stop();
  forget(choice);
  const fresh = await startOwn(choice);
  return { endpoint: fresh.endpoint, emulator: fresh };
}

async function isUsable(emulator: Emulator, { isUpToDate }: EmulatorChoice): Promise<boolean> {
  try {
    return await isUpToDate(emulator.endpoint);
  } catch (error) {
    await emulator.stop();
    throw error;
  }
}

function emulatorFolder({ folder }: EmulatorChoice): string {
  return path.join(folder, 'emulator');
}

function forget(choice: EmulatorChoice): void {
  rmSync(emulatorFolder(choice), { recursive: true, force: true });
}

function startOwn(choice: EmulatorChoice): Promise<Emulator> {
  const { emulatorPython: python, node } = choice.tools;
  if (python === null) throw new Error('the emulator is not installed: start through npm');
  const folder = emulatorFolder(choice);
  return startEmulator({ python, node, port: choice.port, folder, persist: true });
}
