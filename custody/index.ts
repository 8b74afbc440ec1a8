// Package entry `edgepass/custody`. Nobody inside the repository imports it.
export {
  createKmsSigner,
  type KmsSignerInput,
  type KmsSigningAlgorithm,
  KmsSigningError,
} from './kms-signer';
