import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import type { RefusalReason } from '#core/refusals';
import type { Secret } from '#core/secret';
import { crossOrigin, NOT_KEPT } from './cross-origin';
import { buildProblem } from './problem';
import { Refused } from './refused';
import { refusalReporter } from './report-refusal';
import { assertOriginSecret } from './request-checks';
import type { Telemetry } from './telemetry';
import { unknownPath } from './unknown-path';

/** The values that are passed with each request in addition to the request itself. */
export interface ApiBindings {
  readonly requestId: string;
}

export interface ApiEnvironment {
  Bindings: ApiBindings;
}

export type ApiContext = Context<ApiEnvironment>;

/** Turns a request and its id into an answer. It never throws. */
export type ApiApp = Hono<ApiEnvironment>;

type Handler = (context: ApiContext) => Response | Promise<Response>;

/** A path of the API, and the handler of each method that it answers. */
export interface ApiRoute {
  readonly path: string;
  readonly handlers: Readonly<Record<string, Handler>>;
}

export interface ApiAppInput {
  readonly routes: readonly ApiRoute[];
  readonly appOrigins: readonly string[];
  readonly originSecrets: readonly Secret[];
  readonly telemetry: Telemetry;
}

type Report = (error: unknown, method: string) => RefusalReason;

/** Builds an answer with a JSON body. */
export function answer(
  body: object,
  { status = 200, setCookies = [] }: { status?: number; setCookies?: readonly string[] } = {},
): Response {
  const headers = new Headers({ 'content-type': 'application/json', ...NOT_KEPT });
  for (const value of setCookies) headers.append('set-cookie', value);
  return new Response(JSON.stringify(body), { status, headers });
}

/** Checks what every request must have. */
function addChecks(app: ApiApp, originSecrets: readonly Secret[]): void {
  app.use(async (context, next) => {
    assertOriginSecret(context.req.raw.headers, originSecrets);
    // The router treats a path with a trailing slash as the same path. Such a path is refused, so
    // that each route has only one path.
    if (context.req.path.endsWith('/')) throw unknownPath(context.req.path);
    await next();
  });
}

function refuseMethod(context: ApiContext, methods: readonly string[], report: Report): Response {
  const response = buildProblem(report(new Refused('method-refused'), context.req.method));
  response.headers.set('allow', [...methods, 'OPTIONS'].join(', '));
  return response;
}

/**
 * Creates an application of the HTTP API: the checks, the CORS answers and the problem documents
 * that all functions of the API have, around the routes of one function.
 */
export function createApiApp(input: ApiAppInput): ApiApp {
  const report = refusalReporter(input.telemetry);
  const { everyAnswer, preflight } = crossOrigin(input.appOrigins);
  const app: ApiApp = new Hono<ApiEnvironment>();
  app.use(everyAnswer);
  addChecks(app, input.originSecrets);
  for (const { path, handlers } of input.routes) {
    const methods = Object.keys(handlers);
    app.options(path, preflight(methods));
    for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler);
    app.all(path, (context) => refuseMethod(context, methods, report));
  }
  app.notFound(({ req }) => buildProblem(report(unknownPath(req.path), req.method)));
  app.onError((error, context) => buildProblem(report(error, context.req.method)));
  return app;
}
