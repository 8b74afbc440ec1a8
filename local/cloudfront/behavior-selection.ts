import { normalisePath } from '../../core/policy/normalise-path';
import type { CacheBehavior } from './distribution';

/** True when a path pattern covers a path: `*` is any run of characters, `?` one; letters count as written. */
export function matchesPathPattern(pathPattern: string, path: string): boolean {
  const pattern = pathPattern.startsWith('/') ? pathPattern : `/${pathPattern}`;
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 's').test(path);
}

/** The cache behavior of a request: the first whose pattern covers the normalised path, else the default. */
export function selectBehavior(
  behaviors: readonly CacheBehavior[],
  rawPath: string,
): CacheBehavior {
  const fallback = behaviors.at(-1);
  if (fallback === undefined) throw new Error('a distribution always has a default cache behavior');
  const normalised = normalisePath(rawPath);
  return (
    behaviors.find(({ pathPattern }) => matchesPathPattern(pathPattern, normalised)) ?? fallback
  );
}
