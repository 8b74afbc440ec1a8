import { VIEWER_ERROR_MESSAGES, type ViewerErrorCode } from '../contract/error-bodies';

/** The error codes that a viewer can receive, in the order in which CloudFront tests for them. */
export const VIEWER_ERROR_CODES = Object.keys(VIEWER_ERROR_MESSAGES) as readonly ViewerErrorCode[];

/**
 * Builds the body of CloudFront's refusal, one line of `text/xml` without request ids. Each code
 * has a body of a different length (`VIEWER_ERROR_BODY_BYTES`), so the code can be recognised by
 * the length in the log.
 *
 * @see https://repost.aws/knowledge-center/cloudfront-troubleshoot-signed-url-cookies
 */
export function buildErrorBody(code: ViewerErrorCode): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${VIEWER_ERROR_MESSAGES[code]}</Message></Error>`;
}

/** One reason of a refusal, explained for the person who must correct the request. */
export interface ViewerRefusal {
  /** The error code that CloudFront answers if this is the first problem that it finds. */
  readonly code: ViewerErrorCode;
  readonly description: string;
}

function refusals<Reason extends string>(
  code: ViewerErrorCode,
  descriptions: Readonly<Record<Reason, string>>,
): Readonly<Record<Reason, ViewerRefusal>> {
  const entries = Object.entries<string>(descriptions).map(
    ([reason, description]) => [reason, { code, description }] as const,
  );
  return Object.fromEntries(entries) as Readonly<Record<Reason, ViewerRefusal>>;
}

/**
 * All reasons for which a viewer's request can be refused. The list is complete: a verdict has no
 * other reasons.
 */
export const VIEWER_REFUSALS = {
  ...refusals('MissingKey', {
    missing_key_id: 'no key pair id in the query (if that decides) or in the cookies',
    malformed_key_id: 'the key pair id is not 1 to 64 characters of A-Z a-z 0-9 _ -',
  }),
  ...refusals('InvalidKey', {
    unknown_key: 'the key pair id is not in a key group that the behavior trusts',
    unsupported_key:
      'the trusted key is neither RSA-2048 nor P-256, which CloudFront would not store',
  }),
  ...refusals('MalformedPolicy', {
    missing_policy: 'neither a policy nor an expiry was sent',
    policy_and_expires: 'both a policy and an expiry were sent; which one counts is not documented',
    malformed_expires:
      'the expiry of a canned policy is not whole seconds, at most 9223372036854775807',
    policy_encoding: "the policy is not in CloudFront's base64 with - ~ _ in place of + / =",
    policy_not_json: 'the decoded policy is not one JSON document in UTF-8',
    policy_duplicate_member: 'an object in the policy names a member twice',
    policy_unknown_member: 'the policy has a member that the guide does not name',
    policy_statement: 'Statement is not an array of one object, or a condition is not an object',
    policy_resource: 'Resource is not one string',
    policy_expiry_missing: 'the policy has no DateLessThan',
    policy_time: 'a time is not a number of whole seconds, at most 9223372036854775807',
    policy_milliseconds: 'a time has 13 digits: milliseconds where seconds are expected',
    policy_ip_range: 'AWS:SourceIp is not one IPv4 range such as 192.0.2.0/24',
  }),
  ...refusals('MalformedSignature', {
    malformed_signature: "the signature is not in CloudFront's base64 with - ~ _ in place of + / =",
  }),
  ...refusals('AccessDenied', {
    malformed_url: 'the URL is not http(s)://host/path in visible ASCII without user and fragment',
    encoded_parameter_name: 'a reserved query name is written with percent escapes',
    duplicate_credential: 'a signing parameter, or a CloudFront cookie, came more than once',
    cookies_ignored:
      'a reserved query name made CloudFront ignore the signed cookies of this request',
    missing_signature: 'no signature was sent',
    unsupported_hash: 'the hash algorithm is neither SHA1 nor SHA256, in exactly these letters',
    sha1_refused: 'the signature is made with SHA-1, and strictSha256 is on',
    bad_signature: 'the signature does not fit the policy, the key and the hash algorithm',
    unsupported_resource:
      'the Resource begins or is written in a way that the guide does not describe',
    outside_resource: 'the URL is outside the Resource',
    not_yet_valid: 'the time is at or before DateGreaterThan',
    expired: 'the time is at or after DateLessThan',
    wrong_address: "the viewer's address is not in AWS:SourceIp; an IPv6 address never is",
  }),
} as const;

/** The name of a reason in {@link VIEWER_REFUSALS}. */
export type ViewerRefusalReason = keyof typeof VIEWER_REFUSALS;

/** Returns the error code that CloudFront answers if several reasons apply. */
export function firstErrorCode(reasons: ReadonlySet<ViewerRefusalReason>): ViewerErrorCode {
  const codes = new Set([...reasons].map((reason) => VIEWER_REFUSALS[reason].code));
  return VIEWER_ERROR_CODES.find((code) => codes.has(code)) ?? 'AccessDenied';
}
