/**
 * What the field `x-edge-detailed-result-type` of a log line says: every value that AWS documents
 * for a request that ended with an error, and what follows from it. SQL, `explain-403`, advice and
 * documents take it from here. Imports nothing.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html#BasicDistributionFileFormat
 */

/**
 * Causes of a refusal that the line itself names, and who refused the request then (`answer` of the
 * relation `refusals`).
 */
export const NAMED_CAUSES = {
  geo_blocked: 'geo restriction',
  waf_blocked: 'web ACL',
  method_not_allowed: 'distribution',
  invalid_header: 'CloudFront',
  invalid_certificate: 'CloudFront',
  invalid_request: 'CloudFront',
  origin_failed: 'origin',
} as const;

/** A cause that a line names. */
export type NamedCause = keyof typeof NAMED_CAUSES;

/**
 * Who is at fault: `refusal` (the request was refused for what it is), `client left` (the client
 * closed the connection; what it was answered before still counts), `origin failure`, or
 * `unspecified` (another field must tell).
 */
export type ResultClass = 'refusal' | 'client left' | 'origin failure' | 'unspecified';

/** What one value means. */
export interface DetailedResult {
  readonly resultClass: ResultClass;
  /** The cause of a refusal (status 403) with this value; undefined when the value names none. */
  readonly cause?: NamedCause;
  readonly meaning: string;
}

const originFailure = (meaning: string): DetailedResult => ({
  resultClass: 'origin failure',
  cause: 'origin_failed',
  meaning,
});

const refusal = (cause: NamedCause, meaning: string): DetailedResult => ({
  resultClass: 'refusal',
  cause,
  meaning,
});

/** Every documented value for errors. Other values (Hit, Miss, …) are no errors. */
export const DETAILED_RESULT_TYPES: Readonly<Record<string, DetailedResult>> = {
  ClientGeoBlocked: refusal(
    'geo_blocked',
    "the distribution refuses requests from the client's country",
  ),
  InvalidRequestBlocked: refusal('waf_blocked', 'access to the resource is blocked, by AWS WAF'),
  InvalidRequestMethod: refusal(
    'method_not_allowed',
    'the cache behavior does not allow the HTTP method',
  ),
  InvalidRequestHeader: refusal('invalid_header', 'the request had an invalid header'),
  InvalidRequestCertificate: refusal(
    'invalid_certificate',
    'the TLS connection was made for a certificate that does not belong to the distribution',
  ),
  InvalidRequest: refusal('invalid_request', 'the request was not valid'),
  ClientCommError: {
    resultClass: 'client left',
    meaning: 'the connection to the client broke while the response was sent',
  },
  ClientHungUpRequest: {
    resultClass: 'client left',
    meaning: 'the client stopped while it sent the request',
  },
  AbortedOrigin: originFailure('CloudFront had a problem with the origin'),
  OriginCommError: originFailure('connecting to the origin or reading from it took too long'),
  OriginConnectError: originFailure('CloudFront could not connect to the origin'),
  OriginContentRangeLengthError: originFailure(
    'Content-Length and Content-Range of the origin do not fit each other',
  ),
  OriginDnsError: originFailure("the origin's name could not be resolved"),
  OriginError: originFailure('the origin sent an incorrect response'),
  OriginHeaderTooBigError: originFailure('the origin sent a header that is too long'),
  OriginInvalidResponseError: originFailure('the origin sent an invalid response'),
  OriginReadError: originFailure('CloudFront could not read from the origin'),
  OriginWriteError: originFailure('CloudFront could not write to the origin'),
  OriginZeroSizeObjectError: originFailure('the origin sent an object of size zero'),
  SlowReaderOriginError: originFailure(
    'the client was slow to read the message that caused the error of the origin',
  ),
  Error: {
    resultClass: 'unspecified',
    meaning:
      'no other type fits: all refusals of the signature check, and error responses from the cache',
  },
};

/** Method of a preflight: a browser asks whether a page may send a request, without cookies. */
export const PREFLIGHT_METHOD = 'OPTIONS';

/** Statuses of a request whose client left before it got an answer. */
export const NO_ANSWER_STATUSES: readonly number[] = [0, 499];
