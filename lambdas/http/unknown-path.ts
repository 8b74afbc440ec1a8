import { FILES_PATH } from '#core/contract/files-api';
import { Refused } from './refused';

/**
 * The refusal for a path that no route has. Below `/api/files/` it looks like a file that does not
 * exist, so that the answer to a malformed file id does not depend on how it is malformed (C-26).
 */
export function unknownPath(path: string): Refused {
  return new Refused(path.startsWith(`${FILES_PATH}/`) ? 'file-path-unknown' : 'route-unknown');
}
