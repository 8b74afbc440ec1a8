/** A part of the local cloud could not be started. The message says which part and why. */
export class CloudStartError extends Error {
  override readonly name = 'CloudStartError';
}

/** Another process already runs the cloud of this folder. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
  readonly pid: number;

  constructor(pid: number) {
    super(`the local cloud already runs in process ${pid}: stop that one first, or use it`);
    this.pid = pid;
  }
}
