import { COOKIE_NAMES } from '#core/contract/credential-names';
import { GRANT_LIFETIME_SECONDS_MAX } from '#core/contract/grant-limits';
import { CHECK_TOKEN_VARIABLE } from '#core/contract/process-variables';
import { SESSION_PATH } from '#core/contract/session-api';
import type { CheckContext, CheckResult } from './checklist';

const PROBE_TENANT = 'edgepass-check';
const TOKEN_MISSING: CheckResult = {
  outcome: 'unknown',
  detail: `set ${CHECK_TOKEN_VARIABLE} to an access token of the environment’s issuer`,
};

const pass = (detail: string): CheckResult => ({ outcome: 'pass', detail });
const fail = (detail: string): CheckResult => ({ outcome: 'fail', detail });

function askForSession({ deployed, accessToken }: CheckContext, body?: unknown): Promise<Response> {
  return fetch(`${deployed.deployment.contentBaseUrl}${SESSION_PATH}`, {
    method: 'POST',
    headers: {
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    signal: AbortSignal.timeout(10_000),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

export async function checkAuthentication(context: CheckContext): Promise<CheckResult> {
  const response = await askForSession({ ...context, accessToken: undefined });
  const cookies = response.headers.getSetCookie().length;
  if (response.status === 401 && cookies === 0) return pass('without a token: 401 and no cookie');
  return fail(`without a token: ${response.status} and ${cookies} cookies, expected 401 and none`);
}

export async function checkOwnership(context: CheckContext): Promise<CheckResult> {
  if (context.accessToken === undefined) return TOKEN_MISSING;
  const own = await askForSession(context);
  // Without this request, a token that opens nothing at all would also pass the check.
  if (!own.ok) return fail(`the token's own tenants: ${own.status}, expected 200`);
  const response = await askForSession(context, { tenants: [PROBE_TENANT] });
  const cookies = response.headers
    .getSetCookie()
    .filter(
      (cookie) => cookie.startsWith(`${COOKIE_NAMES.signature}=`) && !cookie.includes('Max-Age=0'),
    );
  if (response.status === 403 && cookies.length === 0)
    return pass('for a foreign tenant: 403 and no signature');
  return fail(
    `for a foreign tenant: ${response.status} and ${cookies.length} signatures, expected 403 and none`,
  );
}

export function checkShortExpiry({ deployed }: CheckContext): Promise<CheckResult> {
  const seconds = deployed.environment.grants.cookieLifetimeSeconds;
  const allowed = GRANT_LIFETIME_SECONDS_MAX.cookies;
  const found = `cookies live ${seconds} s, at most ${allowed} s`;
  return Promise.resolve(seconds <= allowed ? pass(found) : fail(found));
}

export async function checkRenewal(context: CheckContext): Promise<CheckResult> {
  if (context.accessToken === undefined) return TOKEN_MISSING;
  const response = await askForSession(context);
  if (!response.ok) return fail(`the session API answered ${response.status}`);
  const { refreshAt, grants } = (await response.json()) as {
    refreshAt: string;
    grants: { expiresAt: string }[];
  };
  const late = grants.filter(({ expiresAt }) => Date.parse(refreshAt) >= Date.parse(expiresAt));
  return late.length === 0
    ? pass(`renew at ${refreshAt}, before every expiry`)
    : fail('refreshAt is not before the expiry');
}
