/**
 * Header that CloudFront adds to every request to the API. Its value is a secret that only
 * CloudFront and the function know, so it proves that the request came through CloudFront (S-13).
 */
export const ORIGIN_SECRET_HEADER = 'x-edgepass-origin-secret';

/**
 * Response header in which the local edge gives the reason of a refusal. Real CloudFront sends no
 * such header.
 */
export const LOCAL_REFUSAL_HEADER = 'x-edgepass-refusal';
