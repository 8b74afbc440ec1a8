/** KMS returned no signature, or one with a wrong form. `cause` is the error of the AWS SDK. */
export class KmsSigningError extends Error {
  override readonly name = 'KmsSigningError';
  readonly code = 'ERR_KMS_SIGNING';
}
