import type { AccessIdentity } from '#access-token/verify-access-token';
import type { FunctionSettings } from '#configuration/function-settings';
import { addSeconds, type EpochSeconds, toRfc3339 } from '#core/clock';
import type { IssuedGrantRecord } from '#core/contract/issued-grant';
import type { ContentBaseUrl } from '#core/signing/content-base-url';
import { signCookies, type SignedCookieSet } from '#core/signing/signed-cookies';
import type { KeyPairId, Signer } from '#core/signing/signer';
import type { PathScope } from '#core/tenancy/path-scope';
import type { TenantId } from '#core/tenancy/tenant-id';
import { type UserHash, userHash } from '#core/user-hash';
import { ANSWER_SETS_MAX, fitAnswer, type TenantSets } from './answer-budget';
import type { GrantLog } from './grant-log';
import { Refused } from './refused';
import { entitlementOf, selectTenants, sortListed, type TenantScopes } from './scope-plan';
import type { ListedScope } from './scopes-cookie';
import type { SignatureReuse } from './signature-reuse';

const LONG_LIVED_TOKEN_SECONDS = 900;

/** What grants are made with; one of each for the life of a container. */
export interface GrantIssuer {
  readonly contentBaseUrl: ContentBaseUrl;
  readonly keyPairId: KeyPairId;
  readonly signer: Signer;
  readonly reuse: SignatureReuse;
  readonly grantLog: GrantLog;
  readonly settings: Pick<FunctionSettings, 'grants' | 'cookies'>;
}

/** One request for grants, already authenticated. */
export interface GrantRequest {
  readonly identity: AccessIdentity;
  readonly requestedTenants: readonly TenantId[] | undefined;
  readonly listed: readonly ListedScope[];
  readonly requestId: string;
  readonly now: EpochSeconds;
}

/** What was issued and is on record. */
export interface IssuedGrants {
  readonly user: UserHash;
  readonly granted: readonly TenantSets[];
  readonly omitted: readonly TenantId[];
  readonly setCookies: readonly string[];
}

interface GrantLife {
  readonly lifetimeSeconds: number;
  readonly cappedAt: EpochSeconds | undefined;
}

/** J-04: where `capToToken` holds, a grant ends with its token at the latest. */
function grantLifeOf(
  { issuedAt, expiresAt }: AccessIdentity,
  { capToToken, cookieLifetimeSeconds }: FunctionSettings['grants'],
  now: EpochSeconds,
): GrantLife {
  const isCapped =
    capToToken === 'always' ||
    (capToToken === 'auto' && expiresAt - issuedAt > LONG_LIVED_TOKEN_SECONDS);
  if (!isCapped || expiresAt >= addSeconds(now, cookieLifetimeSeconds)) {
    return { lifetimeSeconds: cookieLifetimeSeconds, cappedAt: undefined };
  }
  // Within the clock tolerance a token may still verify when it has no life left to give.
  if (expiresAt <= now) throw new Refused('token-expired');
  return { lifetimeSeconds: expiresAt - now, cappedAt: expiresAt };
}

/** Tenants in order, as long as their sets can fit one answer: nothing is signed only to be dropped. */
function takeWithinSets(selected: readonly TenantScopes[]): readonly TenantScopes[] {
  let sets = 0;
  return selected.filter(({ scopes }) => {
    sets += scopes.length;
    return sets <= ANSWER_SETS_MAX;
  });
}

async function signTenants(
  tenants: readonly TenantScopes[],
  { identity, now }: GrantRequest,
  issuer: GrantIssuer & { readonly user: UserHash },
): Promise<readonly TenantSets[]> {
  const { contentBaseUrl, keyPairId, signer, reuse, settings, user } = issuer;
  const { lifetimeSeconds, cappedAt } = grantLifeOf(identity, settings.grants, now);
  const obtain = (scope: PathScope): Promise<SignedCookieSet> =>
    reuse.obtain({ user, scope, keyPairId, cappedAt, now }, () =>
      signCookies({ contentBaseUrl, scope, lifetimeSeconds, now, signer }),
    );
  try {
    return await Promise.all(
      tenants.map(async ({ tenant, scopes }) => ({
        tenant,
        sets: await Promise.all(scopes.map(obtain)),
      })),
    );
  } catch (error) {
    throw new Refused('signing-failed', {}, error);
  }
}

function buildRecords(
  granted: readonly TenantSets[],
  { identity, requestId, now }: GrantRequest,
  user: UserHash,
): readonly IssuedGrantRecord[] {
  const { actor, tokenIssuer } = identity;
  return granted.flatMap(({ tenant, sets }) =>
    sets.map(({ scope, keyPairId, startsAt, expiresAt, fingerprint }) => ({
      time: toRfc3339(now),
      requestId,
      userHash: user,
      ...(actor !== undefined && { actorHash: userHash(tokenIssuer, actor) }),
      tenant,
      scope: scope.path,
      keyPairId,
      startsAt: toRfc3339(startsAt),
      expiresAt: toRfc3339(expiresAt),
      fingerprint,
    })),
  );
}

async function writeRecords(
  records: readonly IssuedGrantRecord[],
  grantLog: GrantLog,
  now: EpochSeconds,
): Promise<void> {
  try {
    await grantLog.write(records, now);
  } catch (error) {
    throw new Refused('grant-log-failed', {}, error);
  }
}

/**
 * Signs what an identity is entitled to, fits it into one answer and writes it down; only then is
 * anything returned.
 *
 * @throws {Refused} `tenant-not-granted`, `token-expired`, `signing-failed`, `grant-log-failed`
 */
export async function issueGrants(
  request: GrantRequest,
  issuer: GrantIssuer,
): Promise<IssuedGrants> {
  const { identity, now } = request;
  const user = userHash(identity.tokenIssuer, identity.subject);
  const entitled = entitlementOf(identity, user);
  const selected = selectTenants(entitled, request.requestedTenants);
  const candidates = await signTenants(takeWithinSets(selected), request, { ...issuer, user });
  const { granted, setCookies } = fitAnswer(candidates, sortListed(request.listed, entitled), {
    sameSite: issuer.settings.cookies.sameSite,
    now,
  });
  await writeRecords(buildRecords(granted, request, user), issuer.grantLog, now);
  const given = new Set(granted.map(({ tenant }) => tenant));
  const omitted = selected.map(({ tenant }) => tenant).filter((tenant) => !given.has(tenant));
  return { user, granted, omitted, setCookies };
}
