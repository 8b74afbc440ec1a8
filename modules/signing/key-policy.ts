import type { PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';

/** What an administrator may do with a key: everything but use it, or let others use it (no grants). */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:DeleteAlias',
  'kms:CreateAlias',
  'kms:Describe*',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:Get*',
  'kms:List*',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
] as const;

/**
 * Administration of a key by whoever this account's IAM lets: without `kms:Sign`, `kms:Decrypt` and
 * `kms:CreateGrant` (K-04). IAM alone cannot add those: the key policy is the limit.
 */
export function administrationStatement(owner: ResourceOwner): PolicyStatement {
  return {
    Sid: 'AccountAdministersKey',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${owner.accountId}:root` },
    Action: ADMINISTRATION,
    Resource: '*',
  };
}

/** Condition under which a signing key signs: this algorithm, and the message itself, not a digest (K-03). */
export function signCondition(algorithm: string): Readonly<Record<string, string>> {
  return { 'kms:SigningAlgorithm': algorithm, 'kms:MessageType': 'RAW' };
}

/** Lets one role sign. The role need not exist yet: the condition names it, not the principal. */
export function signStatement(
  owner: ResourceOwner,
  signer: { readonly roleArn: string; readonly algorithm: string },
): PolicyStatement {
  return {
    Sid: 'SessionFunctionSigns',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${owner.accountId}:root` },
    Action: 'kms:Sign',
    Resource: '*',
    Condition: {
      StringEquals: signCondition(signer.algorithm),
      ArnEquals: { 'aws:PrincipalArn': signer.roleArn },
    },
  };
}
