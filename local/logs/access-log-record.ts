import { encodeLogValue } from '#analytics/records/encode-log-value';
import { GUARD_NOTE_FIELD } from '#core/contract/guard-note';
import { URL_BYTES_MAX } from '#core/contract/request-limits';
import type { FinishedRequest } from '../cloudfront/exchange';
import { singleHeader } from '../cloudfront/exchange';

/**
 * The values of an access log line by field name, in CloudFront's format. A missing value is `-`.
 */
export type AccessLogRecord = Readonly<Record<string, string>>;

/** The distribution whose requests are logged. */
export interface LoggedDistribution {
  readonly id: string;
  readonly domainName: string;
}

/**
 * CloudFront logs no request with larger headers, and none with a URL that is too long (L-06). @see
 * DG:AccessLogs "Requests that are not logged"
 */
const HEADER_BYTES_MAX = 20_480;
const HUNG_UP = 'ClientHungUpRequest';
/** Airport code of the local edge location. */
const EDGE_LOCATION = 'LCL50-P1';

/** Returns whether CloudFront would log a request. */
export function isLogged({ request }: FinishedRequest): boolean {
  const urlBytes = Buffer.byteLength(`${request.rawPath}?${request.rawQuery ?? ''}`);
  const headerBytes = Object.entries(request.headers).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(`${name}: ${value}\r\n`),
    0,
  );
  return urlBytes <= URL_BYTES_MAX && headerBytes <= HEADER_BYTES_MAX;
}

function seconds(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '' : (milliseconds / 1_000).toFixed(3);
}

function viewerFields({ request, requestBytes }: FinishedRequest): AccessLogRecord {
  const { headers, tls } = request;
  return {
    'c-ip': request.clientIp,
    'c-port': String(request.clientPort),
    'cs-method': request.method,
    'cs-uri-stem': request.rawPath,
    'cs-uri-query': request.rawQuery ?? '',
    'cs(Referer)': headers['referer'] ?? '',
    'cs(User-Agent)': headers['user-agent'] ?? '',
    'cs(Cookie)': headers['cookie'] ?? '',
    'x-host-header': request.host,
    'x-forwarded-for': headers['x-forwarded-for'] ?? '',
    'cs-protocol': request.protocol,
    'cs-protocol-version': `HTTP/${request.httpVersion}`,
    'cs-bytes': String(requestBytes),
    'ssl-protocol': tls?.protocol ?? '',
    'ssl-cipher': tls?.cipher ?? '',
  };
}

function responseFields(finished: FinishedRequest): AccessLogRecord {
  const { response, resultType, detailedResultType, responseBytes } = finished;
  const hungUp = detailedResultType === HUNG_UP;
  const range = /^bytes (\d+)-(\d+)\//.exec(singleHeader(response, 'content-range') ?? '');
  const hasBody = ![204, 304].includes(response.status);
  return {
    'sc-status': hungUp ? '000' : String(response.status),
    'sc-bytes': String(responseBytes),
    'sc-content-type': singleHeader(response, 'content-type') ?? '',
    'sc-content-len': hasBody ? String(response.body.length) : '',
    'sc-range-start': range?.[1] ?? '',
    'sc-range-end': range?.[2] ?? '',
    'x-edge-result-type': hungUp ? 'Error' : resultType,
    'x-edge-response-result-type': resultType,
    'x-edge-detailed-result-type': detailedResultType,
    'time-taken': seconds(finished.durationMilliseconds),
    'time-to-first-byte': seconds(finished.firstByteMilliseconds),
    'origin-fbl': seconds(finished.originFirstByteMilliseconds),
    'origin-lbl': seconds(finished.originLastByteMilliseconds),
  };
}

function edgeFields(
  finished: FinishedRequest,
  { domainName }: LoggedDistribution,
): AccessLogRecord {
  const finishedAt = Math.round(finished.startedAtMilliseconds + finished.durationMilliseconds);
  const [date = '', time = ''] = new Date(finishedAt).toISOString().slice(0, 19).split('T');
  return {
    date,
    time,
    'timestamp(ms)': String(finishedAt),
    'x-edge-location': EDGE_LOCATION,
    'x-edge-request-id': finished.requestId,
    'cs(Host)': domainName,
    'cache-behavior-path-pattern': finished.pathPattern,
  };
}

/**
 * Converts a finished request into a line of the access log. Network and country of a loopback
 * address are not known.
 */
export function toAccessLogRecord(
  finished: FinishedRequest,
  distribution: LoggedDistribution,
): AccessLogRecord {
  const values = {
    ...edgeFields(finished, distribution),
    ...viewerFields(finished),
    ...responseFields(finished),
  };
  const encoded = Object.entries(values).map(([name, value]) => [
    name,
    value === '' ? '-' : encodeLogValue(value),
  ]);
  return {
    ...(Object.fromEntries(encoded) as Record<string, string>),
    // The text is already URL-encoded.
    [GUARD_NOTE_FIELD]: finished.logData ?? '-',
  };
}
