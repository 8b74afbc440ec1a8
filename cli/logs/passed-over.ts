import type { PassedOver } from '#analytics/records/log-file';
import { type CommandContext, writeLine } from '../context';

const SHOWN_MAX = 5;

/** What was not read, or not read as it stands, in the order in which it was found. */
export class PassedOverList {
  readonly #found: PassedOver[] = [];
  readonly add = (passedOver: PassedOver): void => {
    this.#found.push(passedOver);
  };

  /** Prints the first few and how many there are; nothing when nothing was passed over. */
  tell(context: Pick<CommandContext, 'errorOutput'>): void {
    if (this.#found.length === 0) return;
    const count = this.#found.length;
    const what = count === 1 ? '1 file or line was' : `${count} files or lines were`;
    writeLine(context.errorOutput, `note: ${what} passed over or changed:`);
    for (const { name, line, reason } of this.#found.slice(0, SHOWN_MAX)) {
      const at = line === undefined ? '' : `, line ${line}:`;
      writeLine(context.errorOutput, `  ${JSON.stringify(name)}${at} ${reason}`);
    }
    const more = this.#found.length - SHOWN_MAX;
    if (more > 0) writeLine(context.errorOutput, `  and ${more} more`);
  }
}
