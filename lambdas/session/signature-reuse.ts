import type { EpochSeconds } from '#core/clock';
import type { SignedCookieSet } from '#core/signing/signed-cookies';
import type { KeyPairId } from '#core/signing/signer';
import type { PathScope } from '#core/tenancy/path-scope';
import type { UserHash } from '#core/user-hash';

const ENTRIES_MAX = 2_000;
/** However long the window, at least two thirds of a grant's life are left when it is handed out. */
const WINDOWS_PER_LIFETIME = 3;

export interface ReuseSettings {
  readonly reuseWindowSeconds: number;
  readonly cookieLifetimeSeconds: number;
  readonly shareAcrossSubjects: boolean;
}

/** What must be the same for one signature to serve twice. Never the token (J-11). */
export interface ReuseKey {
  readonly user: UserHash;
  readonly scope: PathScope;
  readonly keyPairId: KeyPairId;
  /** The token's expiry where it caps the grant; absent where the grant has its full life. */
  readonly cappedAt: EpochSeconds | undefined;
  readonly now: EpochSeconds;
}

/**
 * Signatures of the current window, each made once, also for requests that ask at the same time. A
 * failed one is forgotten at once. Never shared between subjects unless the settings say so.
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

  /** The set for this key: made by `make` once per window, or every time when there is no window. */
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
