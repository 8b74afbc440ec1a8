import { DISPOSITION_PARAMETER } from '#core/contract/download';
import { isDownloadDisposition } from '#core/policy/download-disposition';
import type { PresentingRequest } from './describe-presented-grant';

/** S3 reads names such as `response-content-type` as headers of its answer. */
const OVERRIDE = /^response-/i;

/** The name as S3 could read it. A name that cannot be decoded stays as it is. */
function readName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/**
 * Returns whether a query asks S3 for no other header than that of a download (S-11). The cache
 * policy forwards one name alone; this check also holds if somebody changes the policy.
 */
export function asksOnlyForDownload(querystring: PresentingRequest['querystring'] = {}): boolean {
  return Object.keys(querystring)
    .filter((name) => OVERRIDE.test(readName(name)))
    .every((name) => {
      const given = querystring[name];
      return (
        name === DISPOSITION_PARAMETER &&
        given?.multiValue === undefined &&
        given !== undefined &&
        isDownloadDisposition(given.value)
      );
    });
}
