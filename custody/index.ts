// Package entry `edgepass/custody`. Nobody inside the repository imports it.
export {
  createKmsSigner,
  KmsSigningError,
  type KmsSignerInput,
  type KmsSigningAlgorithm,
} from './kms-signer';
