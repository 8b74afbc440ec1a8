/**
 * A request as the edge received it. Nothing is normalised, because CloudFront compares raw values.
 */
export interface EdgeRequest {
  readonly method: string;
  readonly protocol: 'http' | 'https';
  /** The Host header. */
  readonly host: string;
  /** The path as in the request line, without the query. */
  readonly rawPath: string;
  /** The query as in the request line, without `?`. Undefined if there is no `?`. */
  readonly rawQuery: string | undefined;
  /** Scheme and authority if the request line had the absolute form. */
  readonly targetOrigin?: string;
  /**
   * Headers with lower-case names. Repeated headers are joined as Node.js does it (`cookie` with `;
   * `, others with `, `).
   */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly clientIp: string;
  readonly clientPort: number;
  readonly httpVersion: string;
  readonly tls?: { readonly protocol: string; readonly cipher: string };
}

/**
 * An answer from any part. Header names are in lower case; only `set-cookie` may have several
 * values.
 */
export interface EdgeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** `x-edge-result-type` of the access log. */
export type ResultType =
  'Hit' | 'RefreshHit' | 'Miss' | 'Error' | 'Redirect' | 'FunctionGeneratedResponse';

/**
 * The reason why the edge itself refused. It is used for the debug header and the log and never
 * sent by real CloudFront.
 */
export interface Refusal {
  readonly layer:
    | 'request'
    | 'distribution'
    | 'host'
    | 'method'
    | 'protocol'
    | 'size'
    | 'guard'
    | 'signature'
    | 'origin';
  readonly reasons: readonly string[];
}

/** The result of one step of the edge. */
export interface Step {
  readonly response: EdgeResponse;
  readonly resultType: ResultType;
  /** `x-edge-detailed-result-type` of the access log. */
  readonly detailedResultType: string;
  readonly refusal?: Refusal;
  readonly originFirstByteMilliseconds?: number;
  readonly originLastByteMilliseconds?: number;
}

/** Makes a step that refuses the request. */
export function refuse(
  response: EdgeResponse,
  refusal: Refusal,
  detailedResultType = 'Error',
): Step {
  return { response, resultType: 'Error', detailedResultType, refusal };
}

/** A finished request with everything that CloudFront's access logs can contain. */
export interface FinishedRequest {
  readonly requestId: string;
  readonly startedAtMilliseconds: number;
  readonly durationMilliseconds: number;
  readonly firstByteMilliseconds: number;
  /** Undefined if the origin was not asked. */
  readonly originFirstByteMilliseconds: number | undefined;
  readonly originLastByteMilliseconds: number | undefined;
  readonly request: EdgeRequest;
  readonly response: EdgeResponse;
  /** Bytes sent to the viewer, including headers. 0 if the viewer had closed the connection. */
  readonly responseBytes: number;
  /** Bytes received from the viewer, including headers. */
  readonly requestBytes: number;
  readonly pathPattern: string;
  readonly resultType: ResultType;
  readonly detailedResultType: string;
  readonly refusal: Refusal | undefined;
  /** The text that the viewer-request function wrote into the access log, URL-encoded. */
  readonly logData: string | undefined;
}

/** Receives finished requests. It must not throw and must not delay the answer to the viewer. */
export type RequestSink = (finished: FinishedRequest) => void;

/** Returns a header that has exactly one value, otherwise undefined. */
export function singleHeader(response: EdgeResponse, name: string): string | undefined {
  const value = response.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
