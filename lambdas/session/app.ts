import type { Context, MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { Hono } from 'hono/tiny';
import type { AccessTokenVerifier } from '#access-token/verify-access-token';
import type { FunctionSettings } from '#configuration/function-settings';
import type { Clock, EpochSeconds } from '#core/clock';
import { SESSION_PATH } from '#core/contract/session-api';
import type { Secret } from '#core/secret';
import { fitClears } from './answer-budget';
import { type GrantIssuer, issueGrants } from './issue-grants';
import { buildProblem } from './problem';
import { Refused } from './refused';
import { refusalReporter } from './report-refusal';
import { assertOriginSecret, checkRequestOrigin, readBearerToken } from './request-checks';
import { type ListedScope, readScopesCookie } from './scopes-cookie';
import { buildSession, buildSessionEnd, buildSessionList } from './session-answer';
import { readRequestedTenants } from './session-body';
import type { Telemetry } from './telemetry';

const METHODS = ['POST', 'GET', 'DELETE'];
const PREFLIGHT_SECONDS = 600;
const NOT_KEPT = { 'cache-control': 'no-store' } as const;

/** Everything that the application needs. It is made once for each container. */
export interface SessionDependencies {
  readonly settings: FunctionSettings;
  readonly originSecrets: readonly Secret[];
  readonly verifier: AccessTokenVerifier;
  readonly grantIssuer: GrantIssuer;
  readonly clock: Clock;
  /**
   * Returns a number from 0 (inclusive) to 1. It spreads the renewal times and is not used for
   * secrets.
   */
  readonly random: () => number;
  readonly telemetry: Telemetry;
}

/** The values that are passed with each request in addition to the request itself. */
export interface SessionBindings {
  readonly requestId: string;
}

interface Environment {
  Bindings: SessionBindings;
}

type SessionApp = Hono<Environment>;

/** The parts of the application that answer requests from pages on other origins (CORS). */
interface CrossOrigin {
  /** Adds the CORS headers to every answer except a preflight answer. */
  readonly everyAnswer: MiddlewareHandler<Environment>;
  readonly preflight: MiddlewareHandler<Environment>;
}

/**
 * Answers only exact origins of pages that may use the cookies (C-36). Hono's own middleware
 * answers an origin in the list. Any other origin gets no CORS header at all, also not the one that
 * allows cookies.
 */
function crossOrigin({ settings }: SessionDependencies): CrossOrigin {
  const share = cors({
    origin: [...settings.appOrigins],
    credentials: true,
    allowMethods: METHODS,
    allowHeaders: ['authorization', 'content-type'],
    // The times in an answer are the server's. A page compares its own clock with this header.
    exposeHeaders: ['date'],
    maxAge: PREFLIGHT_SECONDS,
  });
  const isShared = (context: Context<Environment>): boolean =>
    settings.appOrigins.includes(context.req.header('origin') ?? '');
  return {
    everyAnswer: async (context, next) => {
      if (context.req.method !== 'OPTIONS' && isShared(context)) return share(context, next);
      await next();
      const vary = context.res.headers.get('vary') ?? '';
      if (!vary.includes('Origin')) context.header('vary', 'Origin', { append: true });
      return undefined;
    },
    preflight: (context, next) => {
      assertRequestOrigin(context.req.raw.headers, settings.appOrigins);
      context.header('cache-control', NOT_KEPT['cache-control']);
      if (isShared(context)) return share(context, next);
      return Promise.resolve(new Response(null, { status: 204, headers: NOT_KEPT }));
    },
  };
}

function listedBy(context: Context<Environment>, now: EpochSeconds): readonly ListedScope[] {
  return readScopesCookie(context.req.header('cookie') ?? '', now);
}

function assertRequestOrigin(headers: Headers, appOrigins: readonly string[]): void {
  const outcome = checkRequestOrigin(headers, appOrigins);
  if (!outcome.ok) throw new Refused(outcome.refusal);
}

function answer(body: object, setCookies: readonly string[] = []): Response {
  const headers = new Headers({
    'content-type': 'application/json',
    ...NOT_KEPT,
  });
  for (const value of setCookies) headers.append('set-cookie', value);
  return new Response(JSON.stringify(body), { status: 200, headers });
}

async function openSession(
  context: Context<Environment>,
  dependencies: SessionDependencies,
): Promise<Response> {
  const { settings, verifier, grantIssuer, clock, random, telemetry } = dependencies;
  const { requestId } = context.env;
  const token = readBearerToken(context.req.raw);
  assertRequestOrigin(context.req.raw.headers, settings.appOrigins);
  const verified = await verifier.verify(token);
  if (!verified.ok) throw new Refused(verified.refusal);
  const requestedTenants = await readRequestedTenants(context.req.raw);
  const identity = verified.value;
  const now = clock.now();
  const listed = listedBy(context, now);
  const request = { identity, requestedTenants, listed, requestId, now };
  const issued = await issueGrants(request, grantIssuer);
  const body = buildSession(issued, now, random);
  telemetry.countIssued(body.grants.length);
  telemetry.info('session opened', {
    userHash: issued.user,
    grants: body.grants.length,
    omittedTenants: issued.omitted.length,
    ignoredTenantValues: identity.ignoredTenantValues,
  });
  return answer(body, issued.setCookies);
}

/**
 * Clears the cookies of a browser (C-38). It needs no valid token, because removing one's own
 * cookies harms nobody.
 */
function closeSession(
  context: Context<Environment>,
  { settings, clock }: SessionDependencies,
): Response {
  assertRequestOrigin(context.req.raw.headers, settings.appOrigins);
  const now = clock.now();
  const listed = listedBy(context, now);
  const { cleared, setCookies } = fitClears(listed, { ...settings.cookies, now });
  return answer(buildSessionEnd(listed, cleared), setCookies);
}

function listSession(
  context: Context<Environment>,
  { settings, clock }: SessionDependencies,
): Response {
  assertRequestOrigin(context.req.raw.headers, settings.appOrigins);
  return answer(buildSessionList(listedBy(context, clock.now())));
}

/** Adds what every answer has, including refusals. */
function addCommon(app: SessionApp, { originSecrets }: SessionDependencies): void {
  app.use(async (context, next) => {
    assertOriginSecret(context.req.raw.headers, originSecrets);
    // The router treats a path with a trailing slash as the same path. Such a path is refused, so
    // that each route has only one path.
    if (context.req.path.endsWith('/')) throw new Refused('route-unknown');
    await next();
  });
}

function addRoutes(
  app: SessionApp,
  dependencies: SessionDependencies,
  { preflight }: CrossOrigin,
): void {
  app.options(SESSION_PATH, preflight);
  app.post(SESSION_PATH, (context) => openSession(context, dependencies));
  app.get(SESSION_PATH, (context) => listSession(context, dependencies));
  app.delete(SESSION_PATH, (context) => closeSession(context, dependencies));
  app.all(SESSION_PATH, () => {
    throw new Refused('method-refused');
  });
}

/**
 * Creates the session API as an application that turns a request and its id into an answer. It
 * never throws.
 */
export function createSessionApp(dependencies: SessionDependencies): SessionApp {
  const report = refusalReporter(dependencies.telemetry);
  const app: SessionApp = new Hono<Environment>();
  const sharing = crossOrigin(dependencies);
  app.use(sharing.everyAnswer);
  addCommon(app, dependencies);
  addRoutes(app, dependencies, sharing);
  app.notFound((context) => {
    const reason = report(new Refused('route-unknown'), context.req.method);
    return buildProblem(reason);
  });
  app.onError((error, context) => {
    const reason = report(error, context.req.method);
    const response = buildProblem(reason);
    if (reason === 'method-refused')
      response.headers.set('allow', [...METHODS, 'OPTIONS'].join(', '));
    return response;
  });
  return app;
}
