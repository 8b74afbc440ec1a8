/**
 * Maximum length of a URL in bytes. CloudFront answers a longer one with 414, before it looks at
 * the signature (CloudFront quotas, "Maximum length of a URL").
 */
export const URL_BYTES_MAX = 8_192;

/** Maximum size of all request headers together with the URL, in bytes (CloudFront quotas). */
export const REQUEST_HEADER_BYTES_MAX = 32_768;
