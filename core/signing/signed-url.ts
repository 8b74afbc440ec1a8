import { CREDENTIAL_NAMES, RESERVED_QUERY_NAMES } from '../contract/credential-names';
import { InputError } from '../errors';
import { buildDownloadQuery } from '../policy/download-disposition';
import type { EpochSeconds } from '../policy/epoch-seconds';
import { Secret } from '../secret';
import {
  encodeObjectPath,
  encodeQueryComponent,
  type ObjectKey,
  parseObjectKey,
  scopeOfObjectKey,
} from '../tenancy/object-key';
import { type ContentBaseUrl, parseContentBaseUrl } from './content-base-url';
import { type GrantInput, type SignedPolicy, signPolicy } from './sign-policy';
import type { KeyPairId } from './signer';

/** Input of a signed URL. */
export interface SignUrlInput extends GrantInput {
  readonly contentBaseUrl: ContentBaseUrl;
  /**
   * The object key, below `t/<tenant>/` or `u/<tenant>/<user>/`. The caller must have checked that
   * the person may read it.
   */
  readonly objectKey: ObjectKey;
  /** Query parameters of the application, not encoded. They become part of what is signed. */
  readonly query?: Readonly<Record<string, string>>;
  /**
   * Makes the URL a download: the browser stores the object, under this file name or, with `true`,
   * under the last part of the key. Default: the object is shown as it was stored.
   */
  readonly download?: string | true;
}

/** A URL that opens one object, and information about it that is not secret. */
export interface SignedUrl {
  /** Until it expires, whoever has this URL can open the object. */
  readonly signedUrl: Secret;
  readonly startsAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  readonly keyPairId: KeyPairId;
  readonly fingerprint: string;
}

/** Names with which S3 is asked for another header. `viewer-guard` refuses them (S-11). */
const OVERRIDE = /^response-/i;

/**
 * Returns whether a query name is reserved. Letter case is ignored, because AWS does not document
 * whether CloudFront distinguishes upper and lower case in query names.
 */
function isReserved(name: string): boolean {
  return (
    OVERRIDE.test(name) ||
    RESERVED_QUERY_NAMES.some((reserved) => reserved.toLowerCase() === name.toLowerCase())
  );
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function encodeParameter(name: string, value: string): string {
  if (name !== '' && isWellFormed(name) && isWellFormed(value) && !isReserved(name)) {
    return `${encodeQueryComponent(name)}=${encodeQueryComponent(value)}`;
  }
  throw new InputError({
    code: 'ERR_QUERY',
    field: 'query',
    allowed: `well-formed names and values, no name of ${RESERVED_QUERY_NAMES.join(', ')}, none that begins with response- (see download)`,
    received: name,
  });
}

function exactUrl({ contentBaseUrl, objectKey, query = {}, download }: SignUrlInput): string {
  const parameters = Object.entries(query).map(([name, value]) => encodeParameter(name, value));
  if (download !== undefined) {
    parameters.push(buildDownloadQuery(download === true ? undefined : download));
  }
  const search = parameters.length === 0 ? '' : `?${parameters.join('&')}`;
  return `${contentBaseUrl}${encodeObjectPath(objectKey)}${search}`;
}

function signingParameters(signed: SignedPolicy): string {
  return [
    `${CREDENTIAL_NAMES.policy.parameter}=${signed.encodedPolicy}`,
    `${CREDENTIAL_NAMES.signature.parameter}=${signed.encodedSignature}`,
    `${CREDENTIAL_NAMES.keyPairId.parameter}=${signed.keyPairId}`,
    `${CREDENTIAL_NAMES.hashAlgorithm.parameter}=${signed.hashAlgorithm}`,
  ].join('&');
}

/**
 * Signs the URL of one object. The policy is a custom policy, because only that can have a start
 * time, which revocation needs. Its Resource is exactly this URL and nothing wider (C-07, C-20).
 * The parts are parsed again, so that a wrong type cast in the caller's code cannot widen the URL.
 *
 * @see DG:private-content-creating-signed-url-custom-policy
 * @throws {InputError} `ERR_CONTENT_BASE_URL`, `ERR_LIFETIME`, `ERR_OBJECT_KEY`, `ERR_PATH_SCOPE`,
 * `ERR_QUERY`, `ERR_FILE_NAME`
 */
export async function signUrl(input: SignUrlInput): Promise<SignedUrl> {
  parseContentBaseUrl(input.contentBaseUrl);
  scopeOfObjectKey(parseObjectKey(input.objectKey));
  const resource = exactUrl(input);
  const signed = await signPolicy(resource, 'signedUrl', input);
  const separator = resource.includes('?') ? '&' : '?';
  return {
    signedUrl: new Secret(`${resource}${separator}${signingParameters(signed)}`),
    startsAt: signed.startsAt,
    expiresAt: signed.expiresAt,
    keyPairId: signed.keyPairId,
    fingerprint: signed.fingerprint,
  };
}
