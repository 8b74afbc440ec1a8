/**
 * The last second that RFC 3339 can express, 9999-12-31T23:59:59Z. A current time in milliseconds
 * is always larger, so this limit detects milliseconds where seconds are expected.
 */
export const EPOCH_SECONDS_MAX = 253_402_300_799;
