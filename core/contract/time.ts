/** The last second that RFC 3339 can write: 9999-12-31T23:59:59Z. Milliseconds are always above it. */
export const EPOCH_SECONDS_MAX = 253_402_300_799;
