import path from 'node:path';
import { ENVIRONMENT_NAME, ENVIRONMENT_NAME_TEXT } from '#configuration/environment-name';
import { InputError } from '#core/errors';
import { DEFAULTS } from './defaults';

/**
 * Returns whether a local cloud may have this name. The name becomes the `name` of its environment
 * file.
 */
export function isCloudName(text: string): boolean {
  return ENVIRONMENT_NAME.test(text);
}

/**
 * Parses the name of a local cloud, which is also the name of its environment and of its folder
 * below `.edgepass/`.
 */
export function parseCloudName(text: string = DEFAULTS.cloudName): string {
  if (isCloudName(text)) return text;
  throw new InputError({
    code: 'ERR_CLOUD_NAME',
    field: '--name',
    received: text,
    allowed: ENVIRONMENT_NAME_TEXT,
  });
}

/** Returns the folder with all data of a local cloud. */
export function cloudFolder(root: string, name: string): string {
  return path.join(root, '.edgepass', name);
}
