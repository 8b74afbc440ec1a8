import { normalisePath } from '#core/policy/normalise-path';
import { matchesWildcards } from '#core/policy/resource-pattern';
import type { CacheBehavior } from './distribution';
import type { EdgeSwitches } from './switches';

/** True when a path pattern covers a path: `*` is any run of characters, `?` one; letters count as written. */
export function matchesPathPattern(pathPattern: string, path: string): boolean {
  return matchesWildcards(pathPattern.startsWith('/') ? pathPattern : `/${pathPattern}`, path);
}

/** Dot segments resolved and slashes joined, but every escape left as the viewer wrote it. */
function normaliseUndecoded(rawPath: string): string {
  return normalisePath(rawPath.replaceAll('%', '%25')).replaceAll('%25', '%');
}

function isNormal(rawPath: string): boolean {
  const upperCase = rawPath.replace(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase());
  return upperCase === normalisePath(rawPath);
}

/**
 * The cache behavior of a request: the first whose pattern covers the normalised path, else the default.
 * The guide does not say which escapes are decoded, and in one sentence sends odd paths to the default: the
 * switch chooses a reading, and `strictest` takes whichever of them asks for a signature.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html "Path normalization"
 */
export function selectBehavior(
  behaviors: readonly CacheBehavior[],
  rawPath: string,
  reading: EdgeSwitches['behaviorPath'],
): CacheBehavior {
  const fallback = behaviors.at(-1);
  if (fallback === undefined) throw new Error('a distribution always has a default cache behavior');
  const first = (path: string): CacheBehavior =>
    behaviors.find(({ pathPattern }) => matchesPathPattern(pathPattern, path)) ?? fallback;
  const readings = {
    decoded: (): CacheBehavior => first(normalisePath(rawPath)),
    undecoded: (): CacheBehavior => first(normaliseUndecoded(rawPath)),
    default: (): CacheBehavior => (isNormal(rawPath) ? first(normalisePath(rawPath)) : fallback),
  };
  if (reading !== 'strictest') return readings[reading]();
  const possible = [readings.decoded(), readings.undecoded(), readings.default()];
  return possible.find(({ trustedKeys }) => trustedKeys !== undefined) ?? readings.decoded();
}
