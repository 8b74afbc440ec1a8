// The package entry `edgepass/custody`. No other code in the repository imports it. The AWS client
// of each kind of custody is an optional package. It is loaded at the first signature and not when
// this entry is imported.
import { explainMissingPackage } from '#core/missing-package';
import type { Signer } from '#core/signing/signer';
import type { KmsSignerInput } from './kms-signer';

export {
  type BackendSigning,
  type BackendSigningOptions,
  type EnabledBackendSigning,
  readBackendSigning,
} from './backend-signing';
export type { KmsSignerInput, KmsSigningAlgorithm } from './kms-signer';
export { KmsSigningError } from './kms-signing-error';
export { MissingPackageError } from '#core/missing-package';

/**
 * Creates a signer whose private key stays in KMS. It checks every answer of KMS: the key, the
 * algorithm and the form of the signature must be the requested ones.
 *
 * @example
 * import { KMSClient } from '@aws-sdk/client-kms';
 * import { parseKeyPairId } from 'edgepass/core';
 * import { createKmsSigner } from 'edgepass/custody';
 *
 * export const signer = createKmsSigner({
 *   client: new KMSClient({ maxAttempts: 2 }),
 *   kmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
 *   keyPairId: parseKeyPairId('K2JCJMDEHXQW5F'),
 *   algorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
 * });
 *
 * @throws {KmsSigningError} from `sign`, when KMS fails, is slow, or answers something else
 * @throws {MissingPackageError} from `sign`, when `@aws-sdk/client-kms` is not installed
 */
export function createKmsSigner(input: KmsSignerInput): Signer {
  return {
    async sign(message) {
      const kms = await import('#custody/kms-signer').catch((error: unknown) => {
        throw explainMissingPackage(error);
      });
      return await kms.createKmsSigner(input).sign(message);
    },
  };
}
