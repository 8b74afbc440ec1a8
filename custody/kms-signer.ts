import { type KMSClient, SignCommand, type SignCommandOutput } from '@aws-sdk/client-kms';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '#core/contract/signing-slots';
import { AssumptionError } from '#core/errors';
import type { KeyPairId, PolicySignature, Signer } from '#core/signing/signer';
import { KmsSigningError } from './kms-signing-error';

/** The two algorithms that both KMS offers and CloudFront verifies with SHA-256. */
export type KmsSigningAlgorithm = SigningAlgorithm;

/** KMS signs raw messages of at most 4,096 bytes. @see KMS API reference, Sign */
const MESSAGE_BYTES_MAX = 4_096;
const RSA_2048_SIGNATURE_BYTES = 256;
const P256_DER_SIGNATURE_BYTES_MAX = 72;
const DER_SEQUENCE = 0x30;
const DEFAULT_TIMEOUT_MILLISECONDS = 2_500;

export interface KmsSignerInput {
  /** Only `send` is used. Give it `maxAttempts: 2`: a request must not wait for a storm of retries. */
  readonly client: Pick<KMSClient, 'send'>;
  /** Key id or key ARN, never an alias: an alias may point elsewhere tomorrow. */
  readonly kmsKeyId: string;
  readonly keyPairId: KeyPairId;
  readonly algorithm: KmsSigningAlgorithm;
  /** Time for one signature, retry included. Defaults to 2500 (2.5 seconds). */
  readonly timeoutMilliseconds?: number;
}

/** KMS answers with the key's ARN, whatever form was asked with. */
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
 * A signer whose private half never leaves KMS. Signs the message itself (`RAW`), so that the
 * permission can be narrowed to exactly that (K-03), and takes no answer on trust: key, algorithm
 * and form must be the ones asked for. Key pair id and key are one pair for life (K-09).
 *
 * @throws {KmsSigningError} from `sign`, when KMS fails, is slow, or answers something else
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
