import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

/**
 * Which stack was applied last, noted twice: beside Terraform's state and in the emulator. An emulator that
 * was killed wakes up with what it knew at its last orderly end; then the two notes differ, and the state
 * describes a world that is not there.
 */
export class ApplyStamp {
  readonly #parameterName: string;
  readonly #file: string;

  constructor(settings: { environmentName: string; folder: string }) {
    this.#parameterName = `/${settings.environmentName}/local-cloud/applied`;
    this.#file = path.join(settings.folder, 'applied');
  }

  /** True when the emulator knows what the state describes, or neither knows anything. */
  async isSharedWith(emulator: SSMClient): Promise<boolean> {
    const noted = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : undefined;
    return (await this.#readParameter(emulator)) === noted;
  }

  /** True when exactly this stack was applied to the end, contents included. */
  async isOf(digest: string, emulator: SSMClient): Promise<boolean> {
    return (await this.isSharedWith(emulator)) && (await this.#readParameter(emulator)) === digest;
  }

  /** Notes that an apply is under way: neither the last stack nor the next one. */
  begin(emulator: SSMClient): Promise<void> {
    return this.#write(`applying ${randomUUID()}`, emulator);
  }

  /** Notes that this stack is applied. */
  finish(digest: string, emulator: SSMClient): Promise<void> {
    return this.#write(digest, emulator);
  }

  /** Forgets the note beside the state, when everything is to begin anew. */
  forget(): void {
    rmSync(this.#file, { force: true });
  }

  async #write(text: string, emulator: SSMClient): Promise<void> {
    await emulator.send(
      new PutParameterCommand({
        Name: this.#parameterName,
        Value: text,
        Type: 'String',
        Overwrite: true,
      }),
    );
    mkdirSync(path.dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, text);
  }

  async #readParameter(emulator: SSMClient): Promise<string | undefined> {
    try {
      const { Parameter } = await emulator.send(
        new GetParameterCommand({ Name: this.#parameterName }),
      );
      return Parameter?.Value;
    } catch (error) {
      if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
      throw error;
    }
  }
}
