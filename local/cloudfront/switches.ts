/**
 * What AWS leaves undocumented, as switches: nothing in Edgepass may depend on either position, and the
 * security suite runs under every combination.
 */
export interface EdgeSwitches {
  /** Which form of an odd path chooses the cache behavior; `strictest`: whichever asks for a signature. */
  readonly behaviorPath: 'strictest' | 'decoded' | 'undecoded' | 'default';
  /** The path that a policy's Resource is held against: as the viewer sent it, or with dot segments resolved. */
  readonly matchedPath: 'raw' | 'normalised';
  /** The path in the cache key. */
  readonly cacheKeyPath: 'raw' | 'normalised';
  /** Which of several cookies of one name counts. */
  readonly duplicateCookie: 'refuse' | 'first' | 'last';
  /** Whether the viewer-request function runs before or after the signature check. */
  readonly guardRuns: 'before' | 'after';
  /** Whether signing parameters are still in the query that the viewer-request function sees. */
  readonly guardSeesSigningParameters: boolean;
  /** Seconds after which the edge follows a changed key group. */
  readonly keyGroupDelaySeconds: number;
  /** Refuses SHA-1 signatures, which CloudFront accepts; Edgepass never makes one. */
  readonly strictSha256: boolean;
}

/** Every switch in the position that refuses more. */
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

/** The positions of each switch that decides a single request. */
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

/** The question behind each switch, for the documentation. */
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

/** Every combination of the switches that decide a single request. */
export function everySwitchCombination(): readonly EdgeSwitches[] {
  let combinations: readonly Partial<EdgeSwitches>[] = [{}];
  for (const [name, positions] of Object.entries(SWITCH_POSITIONS)) {
    combinations = combinations.flatMap((chosen) =>
      positions.map((position) => ({ ...chosen, [name]: position })),
    );
  }
  return combinations as readonly EdgeSwitches[];
}
