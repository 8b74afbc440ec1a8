/** What CloudFront adds to every request to the API, and nobody else knows (S-13). */
export const ORIGIN_SECRET_HEADER = 'x-edgepass-origin-secret';

/** Header in which the local edge says why it refused. CloudFront says nothing of the kind. */
export const LOCAL_REFUSAL_HEADER = 'x-edgepass-refusal';
