import type { CryptoKey } from 'jose';
import { addSeconds, type Clock, type EpochSeconds } from '#core/clock';
import { accept, type Outcome, refuse } from '#core/outcome';
import type { RefusalReason } from '#core/refusals';
import {
  fetchJwks,
  type FetchLike,
  JWKS_FETCH_LIMITS,
  type JwksFetchLimits,
  parseJwksUrl,
} from './fetch-jwks';
import { type KeySet, parseJwks } from './parse-jwks';

/** All times are in seconds (J-13 to J-16). */
const JWKS_TIMES = {
  /** A key set that is older than this is fetched again before it is used. */
  maxAge: 600,
  /** Minimum time between two fetches because of unknown key ids. */
  cooldown: 30,
  /** Time after a failed fetch during which no other fetch is started. */
  backOff: 10,
  /** If a key set cannot be renewed, its known keys are used for this time. */
  staleIfError: 86_400,
} as const;

export type JwksKeyOutcome = Outcome<
  CryptoKey,
  Extract<RefusalReason, 'kid-unknown' | 'kid-duplicate' | 'jwks-unavailable'>
>;

/** What a verifier needs to get the keys of an issuer. */
export interface JwksSource {
  keyFor(kid: string): Promise<JwksKeyOutcome>;
}

export interface JwksSourceInput {
  readonly jwksUrl: string;
  readonly allowLoopbackHttp: boolean;
  /**
   * A JWKS document from deployment. It is used from the start and while the issuer cannot be
   * reached.
   */
  readonly pinnedJwks: unknown;
  readonly fetch: FetchLike;
  readonly clock: Clock;
  readonly limits?: JwksFetchLimits;
}

interface Snapshot {
  readonly set: KeySet;
  readonly loadedAt: EpochSeconds;
}

class CachedJwksSource implements JwksSource {
  readonly #input: JwksSourceInput;
  readonly #jwksUrl: string;
  #snapshot: Snapshot | undefined;
  #lastAttempt: { at: EpochSeconds; failed: boolean } | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(input: JwksSourceInput, pinned: KeySet | undefined) {
    this.#input = input;
    this.#jwksUrl = parseJwksUrl(input.jwksUrl, input);
    this.#snapshot = pinned && { set: pinned, loadedAt: input.clock.now() };
  }

  async keyFor(kid: string): Promise<JwksKeyOutcome> {
    if (this.#isOlderThan(JWKS_TIMES.maxAge)) await this.#refresh(JWKS_TIMES.backOff);
    if (!this.#has(kid)) await this.#refresh(JWKS_TIMES.cooldown);
    return this.#lookUp(kid);
  }

  #has(kid: string): boolean {
    const set = this.#snapshot?.set;
    return set !== undefined && (set.keys.has(kid) || set.duplicateKids.has(kid));
  }

  #lookUp(kid: string): JwksKeyOutcome {
    if (this.#snapshot === undefined || this.#isOlderThan(JWKS_TIMES.staleIfError)) {
      return refuse('jwks-unavailable');
    }
    const { keys, duplicateKids } = this.#snapshot.set;
    if (duplicateKids.has(kid)) return refuse('kid-duplicate');
    const key = keys.get(kid);
    return key === undefined ? refuse('kid-unknown') : accept(key);
  }

  #isOlderThan(seconds: number): boolean {
    return (
      this.#snapshot === undefined ||
      this.#input.clock.now() >= addSeconds(this.#snapshot.loadedAt, seconds)
    );
  }

  /**
   * Fetches the key set. Only one fetch runs at a time, and not sooner than `quietSeconds` after
   * the last one.
   */
  async #refresh(quietSeconds: number): Promise<void> {
    if (this.#refreshing !== undefined) {
      await this.#refreshing;
      return;
    }
    if (!this.#mayAttempt(quietSeconds)) return;
    this.#refreshing = this.#attempt().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  #mayAttempt(quietSeconds: number): boolean {
    if (this.#lastAttempt === undefined) return true;
    const { at, failed } = this.#lastAttempt;
    return this.#input.clock.now() >= addSeconds(at, failed ? JWKS_TIMES.backOff : quietSeconds);
  }

  async #attempt(): Promise<void> {
    const { clock, fetch, limits = JWKS_FETCH_LIMITS } = this.#input;
    try {
      const set = await parseJwks(await fetchJwks(this.#jwksUrl, fetch, limits));
      const at = clock.now();
      this.#snapshot = { set, loadedAt: at };
      this.#lastAttempt = { at, failed: false };
    } catch {
      // The reason `jwks-unavailable` is given only if a key is missing. Known keys are still used
      // (J-14).
      this.#lastAttempt = { at: clock.now(), failed: true };
    }
  }
}

/**
 * Provides the keys of one issuer. It starts with the pinned key set and later uses the document of
 * the issuer. It fetches the document every ten minutes and when a token has an unknown `kid`, with
 * a limit on the number of fetches. If the issuer cannot be reached, it uses the known keys for one
 * day.
 *
 * @throws {InputError} ERR_JWKS_URL or ERR_JWKS when the configuration cannot be used
 */
export async function createJwksSource(input: JwksSourceInput): Promise<JwksSource> {
  // JSON has no `undefined`, so a missing document can arrive as `null`.
  const document = input.pinnedJwks ?? undefined;
  const pinned = document === undefined ? undefined : await parseJwks(document);
  return new CachedJwksSource(input, pinned);
}
