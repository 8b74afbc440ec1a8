/** A signature that KMS did not give, or gave in a form that cannot be right. `cause` holds the SDK's error. */
export class KmsSigningError extends Error {
  override readonly name = 'KmsSigningError';
  readonly code = 'ERR_KMS_SIGNING';
}
