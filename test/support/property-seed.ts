import fc from 'fast-check';

const SEED_OF_EVERY_CHANGE = 20_261_122;

// The same cases on every change, so that a failure is the change's own; EDGEPASS_PROPERTY_SEED looks elsewhere.
fc.configureGlobal({ seed: Number(process.env['EDGEPASS_PROPERTY_SEED'] ?? SEED_OF_EVERY_CHANGE) });
