/**
 * The error codes and messages with which CloudFront refuses a request on a behavior with a trusted
 * key group. They are listed in the order in which CloudFront seems to check: the first code that
 * applies is the one that CloudFront answers. That MalformedPolicy comes before MalformedSignature
 * is a guess.
 */
export const VIEWER_ERROR_MESSAGES = {
  MissingKey: 'Missing Key-Pair-Id query parameter or cookie value',
  InvalidKey: 'Unknown Key',
  MalformedPolicy: 'Malformed Policy',
  MalformedSignature: 'Could not unencode Signature',
  AccessDenied: 'Access denied',
} as const;

/** An error code of a refusal that CloudFront itself answers. */
export type ViewerErrorCode = keyof typeof VIEWER_ERROR_MESSAGES;

/**
 * Length in bytes of the response body for each error code. The body is one line of `text/xml`
 * without request ids. The access log has no response body, only its length, and each code has a
 * different length, so the queries recognise the code by the length.
 *
 * @see https://repost.aws/knowledge-center/cloudfront-troubleshoot-signed-url-cookies
 */
export const VIEWER_ERROR_BODY_BYTES: Readonly<Record<ViewerErrorCode, number>> = {
  MissingKey: 146,
  InvalidKey: 106,
  MalformedPolicy: 116,
  MalformedSignature: 131,
  AccessDenied: 110,
};
