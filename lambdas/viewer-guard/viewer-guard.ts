import cf from 'cloudfront';
import { isUnambiguousPath } from '#core/tenancy/path-hygiene';
import { describePresentedGrant, type PresentingRequest } from './describe-presented-grant';
import { asksOnlyForDownload } from './overrides';

/**
 * The used parts of the event that CloudFront passes to a viewer-request function, before it looks
 * into its cache.
 */
export interface ViewerRequestEvent {
  readonly request: PresentingRequest & { readonly uri: string };
}

/** A response that is sent instead of the content. */
export interface GeneratedResponse {
  readonly statusCode: 403;
  readonly statusDescription: 'Forbidden';
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
  readonly body: { readonly encoding: 'text'; readonly data: string };
}

/**
 * The CloudFront Function `viewer-guard` for the event viewer-request on every behavior that has
 * the key group. It can only refuse requests. So it does not matter whether it runs before or after
 * the signature check (C-51). All input may be unverified, and so may be what it writes into the
 * log.
 */
export function handler(
  event: ViewerRequestEvent,
): ViewerRequestEvent['request'] | GeneratedResponse {
  logPresentedGrant(event.request);
  if (isUnambiguousPath(event.request.uri) && asksOnlyForDownload(event.request.querystring)) {
    return event.request;
  }
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

/**
 * Writes the guard note. Errors are ignored, because CloudFront would answer 503 if the function
 * threw, and a missing log entry is not worth a failed request.
 */
function logPresentedGrant(request: PresentingRequest): void {
  try {
    const description = describePresentedGrant(request);
    if (description !== '') cf.logCustomData(description);
  } catch {
    // Without the note, the log line only contains less information.
  }
}
