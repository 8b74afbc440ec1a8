import type { Context } from 'hono';
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

const METHODS = 'POST, GET, DELETE';
const PREFLIGHT_SECONDS = '600';

/** Everything the application needs, made once per container. */
export interface SessionDependencies {
  readonly settings: FunctionSettings;
  readonly originSecrets: readonly Secret[];
  readonly verifier: AccessTokenVerifier;
  readonly grantIssuer: GrantIssuer;
  readonly clock: Clock;
  /** A number from 0 (inclusive) to 1, for spreading renewals; no secret depends on it. */
  readonly random: () => number;
  readonly telemetry: Telemetry;
}

/** What comes with each request besides the request itself. */
export interface SessionBindings {
  readonly requestId: string;
}

interface Environment {
  Bindings: SessionBindings;
}

type SessionApp = Hono<Environment>;

/** C-36: exact origins only, and only for pages that may use cookies. */
function addCorsHeaders(headers: Headers, requestOrigin: string | undefined): void {
  headers.append('vary', 'Origin');
  if (requestOrigin === undefined) return;
  headers.set('access-control-allow-origin', requestOrigin);
  headers.set('access-control-allow-credentials', 'true');
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
    'cache-control': 'no-store',
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

/** C-38: needs no valid token, since taking one's own cookies away harms nobody. */
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

function answerPreflight(
  context: Context<Environment>,
  { settings }: SessionDependencies,
): Response {
  assertRequestOrigin(context.req.raw.headers, settings.appOrigins);
  const headers = new Headers({
    'cache-control': 'no-store',
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-max-age': PREFLIGHT_SECONDS,
  });
  return new Response(null, { status: 204, headers });
}

/** What holds for every answer, refusals included. */
function addCommon(app: SessionApp, { settings, originSecrets }: SessionDependencies): void {
  app.use(async (context, next) => {
    await next();
    const requestOrigin = context.req.header('origin');
    const isAllowed = requestOrigin !== undefined && settings.appOrigins.includes(requestOrigin);
    addCorsHeaders(context.res.headers, isAllowed ? requestOrigin : undefined);
  });
  app.use(async (context, next) => {
    assertOriginSecret(context.req.raw.headers, originSecrets);
    // The small router takes a path with a final slash for the same one; a path has one spelling.
    if (context.req.path.endsWith('/')) throw new Refused('route-unknown');
    await next();
  });
}

function addRoutes(app: SessionApp, dependencies: SessionDependencies): void {
  app.on('OPTIONS', SESSION_PATH, (context) => answerPreflight(context, dependencies));
  app.post(SESSION_PATH, (context) => openSession(context, dependencies));
  app.get(SESSION_PATH, (context) => listSession(context, dependencies));
  app.delete(SESSION_PATH, (context) => closeSession(context, dependencies));
  app.all(SESSION_PATH, () => {
    throw new Refused('method-refused');
  });
}

/** The session API as an application: a request and its id in, an answer out; it never throws. */
export function createSessionApp(dependencies: SessionDependencies): SessionApp {
  const report = refusalReporter(dependencies.telemetry);
  const app: SessionApp = new Hono<Environment>();
  addCommon(app, dependencies);
  addRoutes(app, dependencies);
  app.notFound((context) => {
    const reason = report(new Refused('route-unknown'), context.req.method);
    return buildProblem(reason);
  });
  app.onError((error, context) => {
    const reason = report(error, context.req.method);
    const response = buildProblem(reason);
    if (reason === 'method-refused') response.headers.set('allow', `${METHODS}, OPTIONS`);
    return response;
  });
  return app;
}
