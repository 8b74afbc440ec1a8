import type { EpochSeconds } from '#core/clock';
import type { SameSite } from '#core/contract/same-site';
import {
  buildClearCookies,
  buildSetCookies,
  type SignedCookieSet,
} from '#core/signing/signed-cookies';
import type { TenantId } from '#core/tenancy/tenant-id';
import { Refused } from '../http/refused';
import type { ListedOutcome } from './scope-plan';
import { buildScopesCookie, type ListedScope } from './scopes-cookie';

/**
 * Maximum number of cookie sets in one answer, including cleared sets and the list of scopes
 * (C-33).
 */
export const ANSWER_SETS_MAX = 8;
const ANSWER_COOKIE_BYTES_MAX = 7 * 1024;
/** Length of `Set-Cookie: ` and of the line end, which are not part of the header's value. */
const HEADER_OVERHEAD_BYTES = 14;

/** The cookie sets of one tenant. An answer contains all of them or none. */
export interface TenantSets {
  readonly tenant: TenantId;
  readonly sets: readonly SignedCookieSet[];
}

export interface CookieContext {
  readonly sameSite: SameSite;
  readonly now: EpochSeconds;
}

/** The part of the sets that fits into one answer. */
export interface FittedAnswer {
  readonly granted: readonly TenantSets[];
  readonly setCookies: readonly string[];
}

interface Draft {
  readonly granted: readonly TenantSets[];
  readonly clearedCount: number;
}

const listedOf = ({ scope, expiresAt }: SignedCookieSet): ListedScope => ({ scope, expiresAt });

/**
 * Counts the bytes of cookies. All cookies are ASCII, so the number of characters is the number of
 * bytes.
 */
const countCookieBytes = (setCookies: readonly string[]): number =>
  setCookies.reduce((sum, value) => sum + value.length + HEADER_OVERHEAD_BYTES, 0);

function buildDraft(
  { granted, clearedCount }: Draft,
  { cleared, kept }: ListedOutcome,
  context: CookieContext,
): readonly string[] {
  const sets = granted.flatMap((tenant) => tenant.sets);
  const waiting = cleared.slice(clearedCount);
  const replaced = new Set(sets.map(({ scope }) => scope.path));
  const carried = kept.filter(({ scope }) => !replaced.has(scope.path));
  return [
    ...sets.flatMap((set) => buildSetCookies(set, context)),
    ...cleared
      .slice(0, clearedCount)
      .flatMap(({ scope }) => buildClearCookies(scope.path, context)),
    // A scope that could not be cleared yet stays in the list, so that the next answer clears it.
    buildScopesCookie([...sets.map(listedOf), ...waiting, ...carried], context),
  ];
}

/**
 * Fills one answer: first the sets of the first tenant, then as many clears as fit, then the sets
 * of further tenants in order until one does not fit. The sets of a tenant are never split over two
 * answers.
 *
 * @throws {Refused} `answer-too-large` when not even the first tenant fits
 */
export function fitAnswer(
  candidates: readonly TenantSets[],
  outcome: ListedOutcome,
  context: CookieContext,
): FittedAnswer {
  const fits = (draft: Draft): boolean =>
    draft.granted.flatMap(({ sets }) => sets).length <= ANSWER_SETS_MAX &&
    countCookieBytes(buildDraft(draft, outcome, context)) <= ANSWER_COOKIE_BYTES_MAX;
  let draft: Draft = { granted: candidates.slice(0, 1), clearedCount: 0 };
  if (!fits(draft)) throw new Refused('answer-too-large');
  while (
    draft.clearedCount < outcome.cleared.length &&
    fits({ ...draft, clearedCount: draft.clearedCount + 1 })
  ) {
    draft = { ...draft, clearedCount: draft.clearedCount + 1 };
  }
  for (const candidate of candidates.slice(1)) {
    const longer = { ...draft, granted: [...draft.granted, candidate] };
    if (!fits(longer)) break;
    draft = longer;
  }
  return { granted: draft.granted, setCookies: buildDraft(draft, outcome, context) };
}

/**
 * Selects the clears that fit into the answer to DELETE. The other scopes stay in the list for the
 * next answer.
 */
export function fitClears(
  listed: readonly ListedScope[],
  context: CookieContext,
): { readonly cleared: readonly ListedScope[]; readonly setCookies: readonly string[] } {
  const outcome: ListedOutcome = { cleared: listed, kept: [] };
  let clearedCount = listed.length;
  const build = (): readonly string[] =>
    buildDraft({ granted: [], clearedCount }, outcome, context);
  while (clearedCount > 0 && countCookieBytes(build()) > ANSWER_COOKIE_BYTES_MAX) {
    clearedCount -= 1;
  }
  return { cleared: listed.slice(0, clearedCount), setCookies: build() };
}
