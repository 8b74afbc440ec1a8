import type { Context, MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { Refused } from './refused';
import { checkRequestOrigin } from './request-checks';

const PREFLIGHT_SECONDS = 600;

/** Header of every answer: a cache must not keep it. */
export const NOT_KEPT = { 'cache-control': 'no-store' } as const;

/** The parts of an application that answer requests from pages on other origins (CORS). */
export interface CrossOrigin {
  /** Adds the CORS headers to every answer except a preflight answer. */
  readonly everyAnswer: MiddlewareHandler;
  /** Answers the preflight request for a path with these methods. */
  readonly preflight: (methods: readonly string[]) => MiddlewareHandler;
}

/**
 * Checks the origin of a request.
 *
 * @throws {Refused} `request-origin-refused`, `request-origin-missing`
 */
export function assertRequestOrigin(headers: Headers, appOrigins: readonly string[]): void {
  const outcome = checkRequestOrigin(headers, appOrigins);
  if (!outcome.ok) throw new Refused(outcome.refusal);
}

function sharing(appOrigins: readonly string[], methods: readonly string[]): MiddlewareHandler {
  return cors({
    origin: [...appOrigins],
    credentials: true,
    allowMethods: [...methods],
    allowHeaders: ['authorization', 'content-type'],
    // The times in an answer are the server's. A page compares its own clock with this header.
    exposeHeaders: ['date'],
    maxAge: PREFLIGHT_SECONDS,
  });
}

/**
 * Answers only exact origins of pages that may use the cookies (C-36). Hono's own middleware
 * answers an origin in the list. Any other origin gets no CORS header at all, also not the one that
 * allows cookies.
 */
export function crossOrigin(appOrigins: readonly string[]): CrossOrigin {
  const share = sharing(appOrigins, []);
  const isShared = (context: Context): boolean =>
    appOrigins.includes(context.req.header('origin') ?? '');
  return {
    everyAnswer: async (context, next) => {
      if (context.req.method !== 'OPTIONS' && isShared(context)) return share(context, next);
      await next();
      const vary = context.res.headers.get('vary') ?? '';
      if (!vary.includes('Origin')) context.header('vary', 'Origin', { append: true });
      return undefined;
    },
    preflight: (methods) => {
      const sharePreflight = sharing(appOrigins, methods);
      return (context, next) => {
        assertRequestOrigin(context.req.raw.headers, appOrigins);
        context.header('cache-control', NOT_KEPT['cache-control']);
        if (isShared(context)) return sharePreflight(context, next);
        return Promise.resolve(new Response(null, { status: 204, headers: NOT_KEPT }));
      };
    },
  };
}
