import type { EpochSeconds } from '#core/clock';
import type { SignedCookieSet } from '#core/signing/signed-cookies';
import type { KeyPairId } from '#core/signing/signer';
import type { PathScope } from '#core/tenancy/path-scope';
import type { UserHash } from '#core/user-hash';

const ENTRIES_MAX = 2_000;
/**
 * A reuse window is at most a third of a grant's lifetime, so at least two thirds of the lifetime
 * remain when a signature is given out again.
 */
const WINDOWS_PER_LIFETIME = 3;

export interface ReuseSettings {
  readonly reuseWindowSeconds: number;
  readonly cookieLifetimeSeconds: number;
  readonly shareAcrossSubjects: boolean;
}

/**
 * What must be equal so that a signature can be used again. The token is not part of it (J-11).
 */
export interface ReuseKey {
  readonly user: UserHash;
  readonly scope: PathScope;
  readonly keyPairId: KeyPairId;
  /** The token's expiry if it limits the grant. Absent if the grant has its full lifetime. */
  readonly cappedAt: EpochSeconds | undefined;
  readonly now: EpochSeconds;
}

/**
 * Cache of the signatures of the current time window. Each signature is made once, even if several
 * requests need it at the same time. A failed signature is not cached. People share a signature
 * only if the settings allow it.
 */
export class SignatureReuse {
  readonly #windowSeconds: number;
  readonly #shareAcrossSubjects: boolean;
  #window = -1;
  readonly #made = new Map<string, Promise<SignedCookieSet>>();

  constructor({ reuseWindowSeconds, cookieLifetimeSeconds, shareAcrossSubjects }: ReuseSettings) {
    const longest = Math.floor(cookieLifetimeSeconds / WINDOWS_PER_LIFETIME);
    this.#windowSeconds = Math.min(reuseWindowSeconds, longest);
    this.#shareAcrossSubjects = shareAcrossSubjects;
  }

  /**
   * Returns the cookie set for this key. Calls `make` once per window, or every time if there is no
   * window.
   */
  async obtain(key: ReuseKey, make: () => Promise<SignedCookieSet>): Promise<SignedCookieSet> {
    if (this.#windowSeconds === 0) return await make();
    this.#enterWindow(key.now);
    const name = this.#nameOf(key);
    const known = this.#made.get(name);
    if (known !== undefined) return await known;
    const making = make();
    if (this.#made.size < ENTRIES_MAX) this.#made.set(name, making);
    try {
      return await making;
    } catch (error) {
      this.#made.delete(name);
      throw error;
    }
  }

  #enterWindow(now: EpochSeconds): void {
    const window = Math.floor(now / this.#windowSeconds);
    if (window !== this.#window) this.#made.clear();
    this.#window = window;
  }

  #nameOf({ user, scope, keyPairId, cappedAt }: ReuseKey): string {
    const subject = this.#shareAcrossSubjects ? '' : user;
    return [subject, scope.path, keyPairId, cappedAt ?? ''].join(' ');
  }
}
