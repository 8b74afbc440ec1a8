/**
 * The states of a signing slot. A slot holds one signing key. The public keys of all slots are in
 * the key group, but only the key of the active slot signs.
 */
export const SLOT_STATES = ['pending', 'active', 'retiring'] as const;

/** One of {@link SLOT_STATES}. */
export type SlotState = (typeof SLOT_STATES)[number];

/** The places where the private half of a signing key can be kept. */
export const CUSTODIES = ['kms'] as const;

/** One of {@link CUSTODIES}. */
export type Custody = (typeof CUSTODIES)[number];

/** The KMS signing algorithm for each key type. */
export const SIGNING_ALGORITHMS = {
  RSA_2048: 'RSASSA_PKCS1_V1_5_SHA_256',
  ECC_NIST_P256: 'ECDSA_SHA_256',
} as const;

/** A KMS key type. */
export type KeySpec = keyof typeof SIGNING_ALGORITHMS;

/** A KMS signing algorithm. */
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[KeySpec];

/** Maximum number of public keys in one key group (a CloudFront quota). */
export const PUBLISHED_KEYS_MAX = 5;
