/**
 * Switches for behavior that AWS does not document. Edgepass must be safe in every position, so the
 * security tests run with every combination.
 */
export interface EdgeSwitches {
  /**
   * Which form of an unusual path selects the cache behavior. `strictest` uses the form that
   * requires a signature.
   */
  readonly behaviorPath: 'strictest' | 'decoded' | 'undecoded' | 'default';
  /** The path that is compared with a policy's Resource: as the viewer sent it, or normalised. */
  readonly matchedPath: 'raw' | 'normalised';
  /** The path in the cache key. */
  readonly cacheKeyPath: 'raw' | 'normalised';
  /** Which cookie counts if several have the same name. */
  readonly duplicateCookie: 'refuse' | 'first' | 'last';
  /** Whether the viewer-request function runs before or after the signature check. */
  readonly guardRuns: 'before' | 'after';
  /** Whether signing parameters are still in the query that the viewer-request function sees. */
  readonly guardSeesSigningParameters: boolean;
  /** Seconds until the edge uses a changed key group. */
  readonly keyGroupDelaySeconds: number;
  /** Refuses SHA-1 signatures. CloudFront accepts them, but Edgepass never makes one. */
  readonly strictSha256: boolean;
}

/** Every switch in the position that refuses more requests. */
export const DEFAULT_EDGE_SWITCHES: EdgeSwitches = {
  behaviorPath: 'strictest',
  matchedPath: 'raw',
  cacheKeyPath: 'raw',
  duplicateCookie: 'refuse',
  guardRuns: 'before',
  guardSeesSigningParameters: true,
  keyGroupDelaySeconds: 0,
  strictSha256: false,
};

/** The possible positions of each switch that affects a single request. */
export const SWITCH_POSITIONS: {
  readonly [Name in keyof EdgeSwitches]: readonly EdgeSwitches[Name][];
} = {
  behaviorPath: ['strictest', 'decoded', 'undecoded', 'default'],
  matchedPath: ['raw', 'normalised'],
  cacheKeyPath: ['raw', 'normalised'],
  duplicateCookie: ['refuse', 'first', 'last'],
  guardRuns: ['before', 'after'],
  guardSeesSigningParameters: [true, false],
  keyGroupDelaySeconds: [0],
  strictSha256: [false, true],
};

/** What AWS does not document, for each switch. The documentation shows these texts. */
export const SWITCH_QUESTIONS: Readonly<Record<keyof EdgeSwitches, string>> = {
  behaviorPath:
    'which form of a path chooses the cache behavior: escapes decoded or not, or the default behavior for every odd path',
  matchedPath: "which form of the path a policy's Resource is held against",
  cacheKeyPath: 'which form of the path is in the cache key',
  duplicateCookie: 'which of several cookies of one name counts',
  guardRuns: 'whether a viewer-request function runs before or after the signature check',
  guardSeesSigningParameters:
    'whether that function sees `Policy`, `Signature` and the like in the query',
  keyGroupDelaySeconds:
    'how long an edge location goes on with an old key group (any number of seconds)',
  strictSha256:
    'not a question to AWS: whether SHA-1 signatures, which it accepts, are refused here',
};

/** Returns every combination of the switches that affect a single request. */
export function everySwitchCombination(): readonly EdgeSwitches[] {
  let combinations: readonly Partial<EdgeSwitches>[] = [{}];
  for (const [name, positions] of Object.entries(SWITCH_POSITIONS)) {
    combinations = combinations.flatMap((chosen) =>
      positions.map((position) => ({ ...chosen, [name]: position })),
    );
  }
  return combinations as readonly EdgeSwitches[];
}
