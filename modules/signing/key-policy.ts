import type { PolicyStatement } from '../synthesis/policy-document';
import type { ResourceOwner } from '../synthesis/resource-names';

/** What an administrator may do with a key: manage it, but not use it and not let others use it. */
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
 * Lets principals of this account administer the key if their IAM policies allow it. The statement
 * leaves out `kms:Sign`, `kms:Decrypt` and `kms:CreateGrant` (K-04), and an IAM policy cannot add
 * them.
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

/** A signing key signs only with this algorithm, and only whole messages, not digests (K-03). */
export function signCondition(algorithm: string): Readonly<Record<string, string>> {
  return { 'kms:SigningAlgorithm': algorithm, 'kms:MessageType': 'RAW' };
}

/**
 * Lets the roles of functions sign. A role does not need to exist yet, because a condition names
 * it: KMS refuses a policy whose `Principal` does not exist.
 */
export function signStatement(
  owner: ResourceOwner,
  signer: { readonly roleArns: readonly string[]; readonly algorithm: string },
): PolicyStatement {
  return {
    Sid: 'FunctionsSign',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${owner.accountId}:root` },
    Action: 'kms:Sign',
    Resource: '*',
    Condition: {
      StringEquals: signCondition(signer.algorithm),
      ArnEquals: { 'aws:PrincipalArn': signer.roleArns },
    },
  };
}
