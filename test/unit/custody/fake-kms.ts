import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { KMSClient, SignCommand, SignCommandOutput } from '@aws-sdk/client-kms';
import type { KmsSigningAlgorithm } from '#custody/kms-signer';

export const KMS_KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
export const KMS_KEY_ARN = `arn:aws:kms:eu-central-1:111122223333:key/${KMS_KEY_ID}`;

const CURVES = { RSASSA_PKCS1_V1_5_SHA_256: 'rsa', ECDSA_SHA_256: 'ec' } as const;

function makeKeyPair(algorithm: KmsSigningAlgorithm): {
  privateKey: KeyObject;
  publicKey: KeyObject;
} {
  return CURVES[algorithm] === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/**
 * A KMS that knows one key, made for one test run, and answers as KMS does unless told otherwise.
 */
export class FakeKms {
  readonly publicKeyPem: string;
  readonly commands: SignCommand['input'][] = [];
  /** Changes what is answered; may throw. */
  distort: (answer: SignCommandOutput) => SignCommandOutput | Promise<SignCommandOutput> = (
    answer,
  ) => answer;
  readonly #privateKey: KeyObject;

  readonly algorithm: KmsSigningAlgorithm;

  constructor(algorithm: KmsSigningAlgorithm) {
    this.algorithm = algorithm;
    const { privateKey, publicKey } = makeKeyPair(algorithm);
    this.#privateKey = privateKey;
    this.publicKeyPem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  }

  get client(): Pick<KMSClient, 'send'> {
    const send = async ({ input }: SignCommand): Promise<SignCommandOutput> => {
      this.commands.push(input);
      const message = input.Message ?? new Uint8Array();
      return await this.distort({
        $metadata: {},
        KeyId: KMS_KEY_ARN,
        SigningAlgorithm: this.algorithm,
        Signature: new Uint8Array(sign('sha256', message, this.#privateKey)),
      });
    };
    return { send: send as KMSClient['send'] };
  }
}
