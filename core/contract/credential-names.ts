/** The parts of a signed request, and what each is called in a cookie and in a query (the one table). */
export const CREDENTIAL_NAMES = {
  policy: { cookie: 'CloudFront-Policy', parameter: 'Policy' },
  signature: { cookie: 'CloudFront-Signature', parameter: 'Signature' },
  keyPairId: { cookie: 'CloudFront-Key-Pair-Id', parameter: 'Key-Pair-Id' },
  hashAlgorithm: { cookie: 'CloudFront-Hash-Algorithm', parameter: 'Hash-Algorithm' },
  expires: { cookie: 'CloudFront-Expires', parameter: 'Expires' },
} as const;

/** One part of a signed request. */
export type CredentialPart = keyof typeof CREDENTIAL_NAMES;

/** Every part, in the order of the table. */
export const CREDENTIAL_PARTS = Object.keys(CREDENTIAL_NAMES) as readonly CredentialPart[];

/** The cookies that we issue. `CloudFront-Expires` belongs to canned policies, which we only verify (C-06). */
export const COOKIE_NAMES = {
  policy: CREDENTIAL_NAMES.policy.cookie,
  signature: CREDENTIAL_NAMES.signature.cookie,
  keyPairId: CREDENTIAL_NAMES.keyPairId.cookie,
  hashAlgorithm: CREDENTIAL_NAMES.hashAlgorithm.cookie,
} as const;

/**
 * Query names that make CloudFront read the request as a signed URL and ignore signed cookies (C-23).
 *
 * @see DG:private-content-choosing-signed-urls-cookies
 */
export const RESERVED_QUERY_NAMES: readonly string[] = CREDENTIAL_PARTS.map(
  (part) => CREDENTIAL_NAMES[part].parameter,
);
