import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

/**
 * Records which stack was applied last, in a file beside Terraform's state and in the emulator. If
 * the emulator was killed, it starts again with the data of its last regular end. Then the two
 * records differ, and Terraform's state describes resources that do not exist.
 */
export class ApplyStamp {
  readonly #parameterName: string;
  readonly #file: string;

  constructor(settings: { environmentName: string; folder: string }) {
    this.#parameterName = `/${settings.environmentName}/local-cloud/applied`;
    this.#file = path.join(settings.folder, 'applied');
  }

  /**
   * Returns true if the record in the emulator equals the record beside the state, or if both are
   * missing.
   */
  async isSharedWith(emulator: SSMClient): Promise<boolean> {
    const noted = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : undefined;
    return (await this.#readParameter(emulator)) === noted;
  }

  /** Returns true if exactly this stack was applied completely, including the content. */
  async isOf(digest: string, emulator: SSMClient): Promise<boolean> {
    return (await this.isSharedWith(emulator)) && (await this.#readParameter(emulator)) === digest;
  }

  /**
   * Records that an apply has started. If it is interrupted, neither the old nor the new stack
   * counts as applied.
   */
  begin(emulator: SSMClient): Promise<void> {
    return this.#write(`applying ${randomUUID()}`, emulator);
  }

  /** Records that this stack was applied. */
  finish(digest: string, emulator: SSMClient): Promise<void> {
    return this.#write(digest, emulator);
  }

  /** Deletes the record beside the state before everything starts again from nothing. */
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
