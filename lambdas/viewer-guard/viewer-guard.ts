import { isUnambiguousPath } from '../../core/tenancy/path-hygiene';

/** What CloudFront hands a function before it looks into its cache, as much of it as is used. */
export interface ViewerRequestEvent {
  readonly request: { readonly uri: string };
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
 * is checked (C-51). Everything it sees may be unverified.
 */
export function handler(
  event: ViewerRequestEvent,
): ViewerRequestEvent['request'] | GeneratedResponse {
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
