import type { AccessTokenVerifier } from '#access-token/verify-access-token';
import type { FunctionSettings } from '#configuration/function-settings';
import type { Clock, EpochSeconds } from '#core/clock';
import { SESSION_PATH } from '#core/contract/session-api';
import type { Secret } from '#core/secret';
import { answer, type ApiApp, type ApiContext, createApiApp } from '../http/api-app';
import { authenticate } from '../http/authenticate';
import { assertRequestOrigin } from '../http/cross-origin';
import type { Telemetry } from '../http/telemetry';
import { fitClears } from './answer-budget';
import { type GrantIssuer, issueGrants } from './issue-grants';
import { type ListedScope, readScopesCookie } from './scopes-cookie';
import { buildSession, buildSessionEnd, buildSessionList } from './session-answer';
import { readRequestedTenants } from './session-body';

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

function listedBy(context: ApiContext, now: EpochSeconds): readonly ListedScope[] {
  return readScopesCookie(context.req.header('cookie') ?? '', now);
}

async function openSession(
  context: ApiContext,
  dependencies: SessionDependencies,
): Promise<Response> {
  const { settings, verifier, grantIssuer, clock, random, telemetry } = dependencies;
  const { requestId } = context.env;
  const { appOrigins } = settings;
  const identity = await authenticate(context.req.raw, { verifier, appOrigins });
  const requestedTenants = await readRequestedTenants(context.req.raw);
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
  return answer(body, { setCookies: issued.setCookies });
}

/**
 * Clears the cookies of a browser (C-38). It needs no valid token, because removing one's own
 * cookies harms nobody.
 */
function closeSession(context: ApiContext, { settings, clock }: SessionDependencies): Response {
  assertRequestOrigin(context.req.raw.headers, settings.appOrigins);
  const now = clock.now();
  const listed = listedBy(context, now);
  const { cleared, setCookies } = fitClears(listed, { ...settings.cookies, now });
  return answer(buildSessionEnd(listed, cleared), { setCookies });
}

function listSession(context: ApiContext, { settings, clock }: SessionDependencies): Response {
  assertRequestOrigin(context.req.raw.headers, settings.appOrigins);
  return answer(buildSessionList(listedBy(context, clock.now())));
}

/**
 * Creates the session API as an application that turns a request and its id into an answer. It
 * never throws.
 */
export function createSessionApp(dependencies: SessionDependencies): ApiApp {
  const { settings, originSecrets, telemetry } = dependencies;
  const handlers = {
    POST: (context: ApiContext) => openSession(context, dependencies),
    GET: (context: ApiContext) => listSession(context, dependencies),
    DELETE: (context: ApiContext) => closeSession(context, dependencies),
  };
  const routes = [{ path: SESSION_PATH, handlers }];
  return createApiApp({ routes, appOrigins: settings.appOrigins, originSecrets, telemetry });
}
