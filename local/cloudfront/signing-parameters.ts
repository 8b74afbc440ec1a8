import { RESERVED_QUERY_NAMES } from '#core/contract/credential-names';

/** Removes the signing parameters from a raw query. Returns undefined if nothing is left. */
export function withoutSigningParameters(rawQuery: string | undefined): string | undefined {
  const kept = (rawQuery ?? '')
    .split('&')
    .filter((pair) => !RESERVED_QUERY_NAMES.includes(pair.split('=', 1)[0] ?? ''));
  return kept.length === 0 || rawQuery === undefined ? undefined : kept.join('&');
}
