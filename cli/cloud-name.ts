import path from 'node:path';
import { ENVIRONMENT_NAME, ENVIRONMENT_NAME_TEXT } from '#configuration/environment-name';
import { InputError } from '#core/errors';
import { DEFAULTS } from './defaults';

/** Whether a local cloud may be called that: its name becomes the `name` of its environment file. */
export function isCloudName(text: string): boolean {
  return ENVIRONMENT_NAME.test(text);
}

/** The name of a local cloud: of its environment, and of its folder under `.edgepass/`. */
export function parseCloudName(text: string = DEFAULTS.cloudName): string {
  if (isCloudName(text)) return text;
  throw new InputError({
    code: 'ERR_CLOUD_NAME',
    field: '--name',
    received: text,
    allowed: ENVIRONMENT_NAME_TEXT,
  });
}

/** The folder that holds everything of one local cloud. */
export function cloudFolder(root: string, name: string): string {
  return path.join(root, '.edgepass', name);
}
