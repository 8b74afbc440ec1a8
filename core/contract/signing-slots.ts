/** States of a slot of a signing key. All are in the key group; only the active slot signs. */
export const SLOT_STATES = ['pending', 'active', 'retiring'] as const;

/** One of {@link SLOT_STATES}. */
export type SlotState = (typeof SLOT_STATES)[number];

/** Where the private half of a key may live. */
export const CUSTODIES = ['kms'] as const;

/** One of {@link CUSTODIES}. */
export type Custody = (typeof CUSTODIES)[number];

/** The algorithm with which KMS signs, by the kind of key. */
export const SIGNING_ALGORITHMS = {
  RSA_2048: 'RSASSA_PKCS1_V1_5_SHA_256',
  ECC_NIST_P256: 'ECDSA_SHA_256',
} as const;

/** A kind of key. */
export type KeySpec = keyof typeof SIGNING_ALGORITHMS;

/** An algorithm of KMS. */
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[KeySpec];

/** CloudFront's limit for the keys of a key group. */
export const PUBLISHED_KEYS_MAX = 5;
