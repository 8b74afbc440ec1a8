import { type KMSClient, SignCommand, type SignCommandOutput } from '@aws-sdk/client-kms';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '#core/contract/signing-slots';
import { AssumptionError } from '#core/errors';
import type { KeyPairId, PolicySignature, Signer } from '#core/signing/signer';
import { KmsSigningError } from './kms-signing-error';

/** The two algorithms that KMS offers and that CloudFront can verify with SHA-256. */
export type KmsSigningAlgorithm = SigningAlgorithm;

/** KMS signs raw messages of at most 4,096 bytes. @see KMS API reference, Sign */
const MESSAGE_BYTES_MAX = 4_096;
const RSA_2048_SIGNATURE_BYTES = 256;
const P256_DER_SIGNATURE_BYTES_MAX = 72;
const DER_SEQUENCE = 0x30;
const DEFAULT_TIMEOUT_MILLISECONDS = 2_500;

export interface KmsSignerInput {
  /**
   * The KMS client; only `send` is used. Set its `maxAttempts` to 2, so that a request does not
   * wait for many retries.
   */
  readonly client: Pick<KMSClient, 'send'>;
  /**
   * Key id or key ARN. An alias is not accepted, because somebody could later point it to another
   * key.
   */
  readonly kmsKeyId: string;
  readonly keyPairId: KeyPairId;
  readonly algorithm: KmsSigningAlgorithm;
  /** Time limit for one signature including the retry, in milliseconds. Defaults to 2500. */
  readonly timeoutMilliseconds?: number;
}

/**
 * Returns whether the answer is about the requested key. KMS always answers with the key's ARN,
 * also if the request had a key id.
 */
function isSameKey(answered: string | undefined, asked: string): boolean {
  return answered === asked || (answered?.endsWith(`:key/${asked}`) ?? false);
}

function hasFormOf(algorithm: KmsSigningAlgorithm, signature: Uint8Array): boolean {
  if (algorithm === SIGNING_ALGORITHMS.RSA_2048) {
    return signature.length === RSA_2048_SIGNATURE_BYTES;
  }
  return (
    signature.length <= P256_DER_SIGNATURE_BYTES_MAX &&
    signature[0] === DER_SEQUENCE &&
    signature[1] === signature.length - 2
  );
}

function readAnswer(
  answer: SignCommandOutput,
  { kmsKeyId, algorithm }: KmsSignerInput,
): Uint8Array {
  if (!isSameKey(answer.KeyId, kmsKeyId)) {
    throw new KmsSigningError('KMS answered for another key than the one asked');
  }
  if (answer.SigningAlgorithm !== algorithm) {
    throw new KmsSigningError(`KMS did not answer with the algorithm ${algorithm}`);
  }
  if (answer.Signature === undefined || !hasFormOf(algorithm, answer.Signature)) {
    throw new KmsSigningError(`KMS answered without a signature in the form of ${algorithm}`);
  }
  return answer.Signature;
}

async function sendSign(message: Uint8Array, input: KmsSignerInput): Promise<SignCommandOutput> {
  const { client, kmsKeyId, algorithm, timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS } = input;
  const command = new SignCommand({
    KeyId: kmsKeyId,
    Message: message,
    MessageType: 'RAW',
    SigningAlgorithm: algorithm,
  });
  try {
    return await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMilliseconds) });
  } catch (cause) {
    throw new KmsSigningError('KMS did not sign', { cause });
  }
}

/**
 * Creates a signer whose private key stays in KMS. KMS receives the whole message (message type
 * `RAW`), so that the IAM permission can be limited to this type (K-03). The signer checks every
 * answer of KMS: the key, the algorithm and the form of the signature must be the requested ones.
 * One signer always uses the same key pair id and the same KMS key (K-09).
 *
 * @throws {KmsSigningError} from `sign`, when KMS fails, does not answer in time, or answers with
 * something else
 */
export function createKmsSigner(input: KmsSignerInput): Signer {
  return {
    async sign(message: Uint8Array): Promise<PolicySignature> {
      if (message.length > MESSAGE_BYTES_MAX) {
        throw new AssumptionError(`a policy of ${message.length} bytes is too long for KMS`);
      }
      const signature = readAnswer(await sendSign(message, input), input);
      return { signature, keyPairId: input.keyPairId, hashAlgorithm: 'SHA256' };
    },
  };
}
