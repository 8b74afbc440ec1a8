import type { AccessIdentity } from '#access-token/verify-access-token';
import type { FunctionSettings } from '#configuration/function-settings';
import { type EpochSeconds, toRfc3339 } from '#core/clock';
import type { IssuedGrantRecord } from '#core/contract/issued-grant';
import type { ContentBaseUrl } from '#core/signing/content-base-url';
import { signCookies, type SignedCookieSet } from '#core/signing/signed-cookies';
import type { KeyPairId, Signer } from '#core/signing/signer';
import type { PathScope } from '#core/tenancy/path-scope';
import type { TenantId } from '#core/tenancy/tenant-id';
import { type UserHash, userHash } from '#core/user-hash';
import { grantLifeOf } from '../http/grant-life';
import { type GrantLog, recordGrants } from '../http/grant-log';
import { Refused } from '../http/refused';
import { ANSWER_SETS_MAX, fitAnswer, type TenantSets } from './answer-budget';
import { entitlementOf, selectTenants, sortListed, type TenantScopes } from './scope-plan';
import type { ListedScope } from './scopes-cookie';
import type { SignatureReuse } from './signature-reuse';

/** What is needed to issue grants. It is made once for each container. */
export interface GrantIssuer {
  readonly contentBaseUrl: ContentBaseUrl;
  readonly keyPairId: KeyPairId;
  readonly signer: Signer;
  readonly reuse: SignatureReuse;
  readonly grantLog: GrantLog;
  readonly settings: Pick<FunctionSettings, 'grants' | 'cookies'>;
}

/** A request for grants whose token was already verified. */
export interface GrantRequest {
  readonly identity: AccessIdentity;
  readonly requestedTenants: readonly TenantId[] | undefined;
  readonly listed: readonly ListedScope[];
  readonly requestId: string;
  readonly now: EpochSeconds;
}

/** The grants that were issued and recorded. */
export interface IssuedGrants {
  readonly user: UserHash;
  readonly granted: readonly TenantSets[];
  readonly omitted: readonly TenantId[];
  readonly setCookies: readonly string[];
}

/**
 * Takes tenants in order while their cookie sets can fit into one answer. So no signature is made
 * that would then be thrown away.
 */
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
  const { capToToken, cookieLifetimeSeconds } = settings.grants;
  const rules = { capToToken, lifetimeSeconds: cookieLifetimeSeconds };
  const { lifetimeSeconds, cappedAt } = grantLifeOf(identity, rules, now);
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

/**
 * Signs the grants for an identity, selects those that fit into one answer and records them. It
 * returns only after they are recorded.
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
  await recordGrants(buildRecords(granted, request, user), issuer.grantLog, now);
  const given = new Set(granted.map(({ tenant }) => tenant));
  const omitted = selected.map(({ tenant }) => tenant).filter((tenant) => !given.has(tenant));
  return { user, granted, omitted, setCookies };
}
