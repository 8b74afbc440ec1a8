import type { GrantKind } from '../contract/grant-limits';
import { AssumptionError } from '../errors';
import { encodeCloudFrontBase64 } from '../policy/cloudfront-base64';
import { addSeconds, type EpochSeconds } from '../policy/epoch-seconds';
import { serialiseIssuedPolicy } from '../policy/serialise-policy';
import { fingerprintOf } from './fingerprint';
import { GRANT_START_MARGIN_SECONDS, parseLifetimeSeconds } from './grant-limits';
import { isKeyPairId, type KeyPairId, type Signer } from './signer';

/** Input of every grant, both for cookies and for URLs. */
export interface GrantInput {
  /**
   * Lifetime in whole seconds from `now`. The maximum is the value in `GRANT_LIFETIME_SECONDS_MAX`
   * for this kind of grant.
   */
  readonly lifetimeSeconds: number;
  readonly now: EpochSeconds;
  readonly signer: Signer;
}

/** A signed policy. Its parts are encoded as CloudFront expects them. */
export interface SignedPolicy {
  readonly encodedPolicy: string;
  readonly encodedSignature: string;
  readonly keyPairId: KeyPairId;
  readonly hashAlgorithm: 'SHA256';
  readonly startsAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  readonly fingerprint: string;
}

/**
 * Builds and signs the custom policy of one grant. The policy has exactly this Resource. It is
 * valid from 60 seconds before `now` until the lifetime ends.
 *
 * @throws {InputError} `ERR_LIFETIME`, `ERR_EPOCH_SECONDS`, `ERR_POLICY_RESOURCE`
 * @throws {AssumptionError} when the signer returns another hash algorithm or an invalid key pair
 * id
 */
export async function signPolicy(
  resource: string,
  kind: GrantKind,
  { lifetimeSeconds, now, signer }: GrantInput,
): Promise<SignedPolicy> {
  const expiresAt = addSeconds(now, parseLifetimeSeconds(lifetimeSeconds, kind));
  const startsAt = addSeconds(now, -GRANT_START_MARGIN_SECONDS);
  const policyBytes = new TextEncoder().encode(
    serialiseIssuedPolicy({ resource, startsAt, expiresAt }),
  );
  const { signature, keyPairId, hashAlgorithm } = await signer.sign(policyBytes);
  // A signer can be an adapter in JavaScript, where types are not checked, so the values are
  // checked here.
  if ((hashAlgorithm as string) !== 'SHA256' || !isKeyPairId(keyPairId)) {
    throw new AssumptionError('The signer answered with a hash or key pair id that we never use');
  }
  const encodedSignature = encodeCloudFrontBase64(signature);
  return {
    encodedPolicy: encodeCloudFrontBase64(policyBytes),
    encodedSignature,
    keyPairId,
    hashAlgorithm,
    startsAt,
    expiresAt,
    fingerprint: fingerprintOf(encodedSignature),
  };
}
