/**
 * What a call throws, so that a test can look at all of it; fails the test when it throws nothing.
 */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
}
