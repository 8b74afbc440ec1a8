/**
 * The parts of a signed request, with the name that each part has as a cookie and as a query
 * parameter. All other code takes the names from this table.
 */
export const CREDENTIAL_NAMES = {
  policy: { cookie: 'CloudFront-Policy', parameter: 'Policy' },
  signature: { cookie: 'CloudFront-Signature', parameter: 'Signature' },
  keyPairId: { cookie: 'CloudFront-Key-Pair-Id', parameter: 'Key-Pair-Id' },
  hashAlgorithm: { cookie: 'CloudFront-Hash-Algorithm', parameter: 'Hash-Algorithm' },
  expires: { cookie: 'CloudFront-Expires', parameter: 'Expires' },
} as const;

/** The name of one part of a signed request. */
export type CredentialPart = keyof typeof CREDENTIAL_NAMES;

/** Every part of a signed request, in the order of {@link CREDENTIAL_NAMES}. */
export const CREDENTIAL_PARTS = Object.keys(CREDENTIAL_NAMES) as readonly CredentialPart[];

/**
 * Names of the cookies that this project issues. `CloudFront-Expires` is missing because it belongs
 * to canned policies, which this project verifies and never issues (C-06).
 */
export const COOKIE_NAMES = {
  policy: CREDENTIAL_NAMES.policy.cookie,
  signature: CREDENTIAL_NAMES.signature.cookie,
  keyPairId: CREDENTIAL_NAMES.keyPairId.cookie,
  hashAlgorithm: CREDENTIAL_NAMES.hashAlgorithm.cookie,
} as const;

/**
 * Query parameter names that are reserved for signed URLs. If a request has one of them, CloudFront
 * treats it as a signed URL and ignores its signed cookies (C-23).
 *
 * @see DG:private-content-choosing-signed-urls-cookies
 */
export const RESERVED_QUERY_NAMES: readonly string[] = CREDENTIAL_PARTS.map(
  (part) => CREDENTIAL_NAMES[part].parameter,
);
