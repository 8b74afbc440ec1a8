/** A request as the edge received it. Nothing is normalised: what CloudFront compares raw stays raw. */
export interface EdgeRequest {
  readonly method: string;
  readonly protocol: 'http' | 'https';
  /** The Host header. */
  readonly host: string;
  /** As in the request line, without query. */
  readonly rawPath: string;
  /** As in the request line, without `?`; undefined when there is no `?`. */
  readonly rawQuery: string | undefined;
  /** Scheme and authority when the request line had the absolute form. */
  readonly targetOrigin?: string;
  /** Lower-case names; repeated headers joined as Node does (`cookie` with `; `, others with `, `). */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly clientIp: string;
  readonly clientPort: number;
  readonly httpVersion: string;
  readonly tls?: { readonly protocol: string; readonly cipher: string };
}

/** An answer, from whichever part made it. Header names are lower-case; only `set-cookie` may have several values. */
export interface EdgeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** `x-edge-result-type` of the access log. */
export type ResultType =
  'Hit' | 'RefreshHit' | 'Miss' | 'Error' | 'Redirect' | 'FunctionGeneratedResponse';

/** Why the edge itself refused: for the debug header and the log, never for the viewer's decision. */
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

/** What one part of the edge made of a request. */
export interface Step {
  readonly response: EdgeResponse;
  readonly resultType: ResultType;
  /** `x-edge-detailed-result-type` of the access log. */
  readonly detailedResultType: string;
  readonly refusal?: Refusal;
  readonly originFirstByteMilliseconds?: number;
  readonly originLastByteMilliseconds?: number;
}

/** A step that refuses. */
export function refuse(
  response: EdgeResponse,
  refusal: Refusal,
  detailedResultType = 'Error',
): Step {
  return { response, resultType: 'Error', detailedResultType, refusal };
}

/** One finished request: everything that CloudFront's access logs can hold, for a sink to write. */
export interface FinishedRequest {
  readonly requestId: string;
  readonly startedAtMilliseconds: number;
  readonly durationMilliseconds: number;
  readonly firstByteMilliseconds: number;
  /** Undefined when the origin was not asked. */
  readonly originFirstByteMilliseconds: number | undefined;
  readonly originLastByteMilliseconds: number | undefined;
  readonly request: EdgeRequest;
  readonly response: EdgeResponse;
  /** Sent to the viewer, headers included; 0 when the viewer was gone. */
  readonly responseBytes: number;
  /** Received from the viewer, headers included. */
  readonly requestBytes: number;
  readonly pathPattern: string;
  readonly resultType: ResultType;
  readonly detailedResultType: string;
  readonly refusal: Refusal | undefined;
  /** What the viewer-request function wrote into the access log, URL-encoded. */
  readonly logData: string | undefined;
}

/** Where finished requests go. It must not throw and must not keep the viewer waiting. */
export type RequestSink = (finished: FinishedRequest) => void;

/** A header that has one value, or undefined. */
export function singleHeader(response: EdgeResponse, name: string): string | undefined {
  const value = response.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
