/** A part of the local cloud could not be started; the message says which, and why. */
export class CloudStartError extends Error {
  override readonly name = 'CloudStartError';
}

/** The cloud of this folder already runs in another process. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
  readonly pid: number;

  constructor(pid: number) {
    super(`the local cloud already runs in process ${pid}: stop that one first, or use it`);
    this.pid = pid;
  }
}
