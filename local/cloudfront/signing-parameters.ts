import { RESERVED_QUERY_NAMES } from '#core/contract/credential-names';

/** A raw query without the parameters that CloudFront reads for itself; undefined when nothing is left of it. */
export function withoutSigningParameters(rawQuery: string | undefined): string | undefined {
  const kept = (rawQuery ?? '')
    .split('&')
    .filter((pair) => !RESERVED_QUERY_NAMES.includes(pair.split('=', 1)[0] ?? ''));
  return kept.length === 0 || rawQuery === undefined ? undefined : kept.join('&');
}
