import path from 'node:path';
import { DEFAULT_ENVIRONMENT } from '#core/contract/process-variables';
import { InputError } from '#core/errors';

/** As in environment files, whose `name` it becomes. */
const CLOUD_NAME = /^[a-z][a-z0-9-]{0,15}$/;

/** Whether a local cloud may be called that. */
export function isCloudName(text: string): boolean {
  return CLOUD_NAME.test(text);
}

/** The name of a local cloud: of its environment, and of its folder under `.edgepass/`. */
export function parseCloudName(text: string = DEFAULT_ENVIRONMENT): string {
  if (isCloudName(text)) return text;
  throw new InputError({
    code: 'ERR_CLOUD_NAME',
    field: '--name',
    received: text,
    allowed: '1-16 characters of a-z 0-9 -, first a letter',
  });
}

/** The folder that holds everything of one local cloud. */
export function cloudFolder(root: string, name: string): string {
  return path.join(root, '.edgepass', name);
}
