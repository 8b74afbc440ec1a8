import { normalisePath } from '#core/policy/normalise-path';
import { matchesWildcards } from '#core/policy/resource-pattern';
import type { CacheBehavior } from './distribution';
import type { EdgeSwitches } from './switches';

/**
 * Returns true if a path pattern matches a path. `*` stands for any number of characters and `?`
 * for one. Letter case matters.
 */
export function matchesPathPattern(pathPattern: string, path: string): boolean {
  return matchesWildcards(pathPattern.startsWith('/') ? pathPattern : `/${pathPattern}`, path);
}

/** Resolves dot segments and joins repeated slashes, but does not decode escapes. */
function normaliseUndecoded(rawPath: string): string {
  return normalisePath(rawPath.replaceAll('%', '%25')).replaceAll('%25', '%');
}

function isNormal(rawPath: string): boolean {
  const upperCase = rawPath.replace(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase());
  return upperCase === normalisePath(rawPath);
}

/**
 * Selects the cache behavior of a request: the first whose pattern matches the normalised path,
 * otherwise the default. The AWS guide does not say which escapes are decoded, and one sentence
 * says that unusual paths get the default behavior. The switch selects one of these
 * interpretations; `strictest` uses the one that requires a signature.
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
