/**
 * The message of each refusal that CloudFront gives on a behavior with a trusted key group, in the order in
 * which CloudFront is understood to check: the first that applies is the one it answers. The order of
 * MalformedPolicy and MalformedSignature is a guess.
 */
export const VIEWER_ERROR_MESSAGES = {
  MissingKey: 'Missing Key-Pair-Id query parameter or cookie value',
  InvalidKey: 'Unknown Key',
  MalformedPolicy: 'Malformed Policy',
  MalformedSignature: 'Could not unencode Signature',
  AccessDenied: 'Access denied',
} as const;

/** The error codes of CloudFront's own refusals. */
export type ViewerErrorCode = keyof typeof VIEWER_ERROR_MESSAGES;

/**
 * Bytes of the body that CloudFront answers with: one line of `text/xml` without request ids. Logs hold no
 * body, so its length is what tells the codes apart there.
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
