import cf from 'cloudfront';
import { isUnambiguousPath } from '#core/tenancy/path-hygiene';
import { describePresentedGrant, type PresentingRequest } from './describe-presented-grant';

/** What CloudFront hands a function before it looks into its cache, as much of it as is used. */
export interface ViewerRequestEvent {
  readonly request: PresentingRequest & { readonly uri: string };
}

/** An answer in place of the content. */
export interface GeneratedResponse {
  readonly statusCode: 403;
  readonly statusDescription: 'Forbidden';
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
  readonly body: { readonly encoding: 'text'; readonly data: string };
}

/**
 * CloudFront Function `viewer-guard`, event viewer-request, on every behaviour that has the key group.
 * It only ever denies, so its answer does not depend on whether it runs before or after the signature
 * is checked (C-51). Everything it sees may be unverified, what it writes into the log too.
 */
export function handler(
  event: ViewerRequestEvent,
): ViewerRequestEvent['request'] | GeneratedResponse {
  logPresentedGrant(event.request);
  if (isUnambiguousPath(event.request.uri)) return event.request;
  return {
    statusCode: 403,
    statusDescription: 'Forbidden',
    headers: {
      'content-type': { value: 'text/plain; charset=utf-8' },
      'cache-control': { value: 'no-store' },
    },
    body: { encoding: 'text', data: 'Forbidden\n' },
  };
}

/** A function that throws answers 503: the log is not worth a viewer's picture. */
function logPresentedGrant(request: PresentingRequest): void {
  try {
    const description = describePresentedGrant(request);
    if (description !== '') cf.logCustomData(description);
  } catch {
    // A line without log data is a line that says less.
  }
}
