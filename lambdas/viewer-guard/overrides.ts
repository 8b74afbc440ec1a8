import { DISPOSITION_PARAMETER } from '#core/contract/download';
import { isDownloadDisposition } from '#core/policy/download-disposition';
import { decodeAsS3 } from '#core/tenancy/path-hygiene';
import type { PresentingRequest } from './describe-presented-grant';

/** S3 reads names such as `response-content-type` as headers of its answer. */
const OVERRIDE = /^response-/i;

/**
 * Returns whether a query asks S3 for no other header than that of a download (S-11). The cache
 * policy forwards one name alone; this check also holds if somebody changes the policy.
 */
export function asksOnlyForDownload(querystring: PresentingRequest['querystring'] = {}): boolean {
  return Object.keys(querystring)
    .filter((name) => OVERRIDE.test(decodeAsS3(name) ?? name))
    .every((name) => {
      const given = querystring[name];
      return (
        name === DISPOSITION_PARAMETER &&
        given !== undefined &&
        given.multiValue === undefined &&
        isDownloadDisposition(given.value)
      );
    });
}
