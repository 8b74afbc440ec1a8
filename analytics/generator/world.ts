import type { KeyObject } from 'node:crypto';
import { GRANT_LIFETIME_SECONDS_MAX } from '#core/contract/grant-limits';
import type { IssuedGrantRecord } from '#core/contract/issued-grant';
import { fingerprintOf } from '#core/signing/fingerprint';
import { GRANT_START_MARGIN_SECONDS } from '#core/signing/grant-limits';
import { type PolicyTerms, type Presented, signTerms } from './presented';
import { SeededRandom } from './random';
import { Remembered } from './remembered';
import { publicKeyPem, readTestSigningKey } from './test-signing-key';

/** Base URL of all generated requests. */
export const CONTENT_BASE_URL = 'https://media.example.com';
/** The key that the distribution trusts. */
export const KEY_PAIR_ID = 'K2JCJMDEHXQW5F';
/** A grant is renewed before it ends. */
const RENEWAL_SECONDS = 840;
/**
 * Smallest number of people of a tenant who are active at the same time. Every other person is
 * active for half an hour a day.
 */
const PRESENT_MIN = 4;
const HOURS_PRESENT = 0.5;
const DAY_HOURS = 24;
const HOUR_SECONDS = 3_600;
/** Number of people before the offsets of 100 seconds begin again, one second later. */
const SAME_OFFSET_PEOPLE = 42;
const DRAWN_BEFORE_PEOPLE = 256;
/** Number of remembered signatures: more than the grants at one time, and few enough for memory. */
const SIGNED_MAX = 16_384;

/** Somebody who opens content. */
export interface Person {
  readonly tenant: string;
  readonly userHash: string;
  readonly address: string;
  readonly country: string;
  readonly asn: string;
  readonly userAgent: string;
  /** Second of the renewal interval at which this person's grants begin. */
  readonly offset: number;
}

const CHROME_VERSIONS = [136, 137, 138, 139, 140, 141, 142] as const;
const SYSTEMS = [
  'Windows NT 10.0; Win64; x64',
  'Macintosh; Intel Mac OS X 10_15_7',
  'X11; Linux x86_64',
  'Linux; Android 10; K',
] as const;
const AGENTS = [
  ...SYSTEMS.flatMap((system) =>
    CHROME_VERSIONS.map(
      (version) =>
        `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`,
    ),
  ),
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'okhttp/4.12.0',
  'curl/8.5.0',
];
const PLACES = [
  ['DE', '64500'],
  ['US', '64501'],
  ['JP', '64502'],
] as const;

const scopeOf = (tenant: string): string => `/t/${tenant}/`;

function rfc3339(epoch: number): string {
  return new Date(epoch * 1_000).toISOString().replace('.000', '');
}

/** Sizes of a world. */
export interface WorldSize {
  readonly tenants: number;
  readonly peoplePerTenant: number;
}

function createPerson(number: number, peoplePerTenant: number, random: SeededRandom): Person {
  const tenantIndex = Math.floor(number / peoplePerTenant);
  const index = number % peoplePerTenant;
  const [country, asn] = random.pick(PLACES);
  const isIpv6 = number % 7 === 3;
  return {
    tenant: `tenant-${tenantIndex}`,
    userHash: random.bytes(16).toString('base64url'),
    address: isIpv6
      ? `2001:db8:${number.toString(16)}::1`
      : `10.${number >> 8}.${number & 255}.${1 + random.below(250)}`,
    country,
    asn,
    userAgent: random.pick(AGENTS),
    // The people of the first tenant log in within the same second, so their grants have the same
    // text and the same signature.
    offset: tenantIndex === 0 ? 0 : 100 * index + 1 + Math.floor(index / SAME_OFFSET_PEOPLE),
  };
}

/** Tenants, people and their grants, signed by the test key. The same seed gives the same world. */
export class GeneratedWorld {
  readonly #people: readonly (readonly Person[])[];
  readonly #key: KeyObject = readTestSigningKey();
  readonly #grants = new Remembered<Presented>(SIGNED_MAX);
  readonly #recorded = new Set<string>();
  readonly #signed = new Remembered<Presented>(SIGNED_MAX);
  readonly #issued: IssuedGrantRecord[] = [];

  constructor(seed: number, { tenants, peoplePerTenant }: WorldSize) {
    const random = new SeededRandom(seed);
    // The logs of a seed stay what they are: earlier versions drew a key from these bytes.
    random.bytes(DRAWN_BEFORE_PEOPLE);
    this.#people = Array.from({ length: tenants }, (_tenant, at) =>
      Array.from({ length: peoplePerTenant }, (_person, index) =>
        createPerson(at * peoplePerTenant + index, peoplePerTenant, random),
      ),
    );
  }

  /** A person of a tenant who is active at this time. People take turns, one round in a day. */
  pickPerson(tenantIndex: number, epoch: number, random: SeededRandom): Person {
    const people = this.#people[tenantIndex] ?? [];
    const present = Math.max(PRESENT_MIN, Math.ceil((people.length * HOURS_PRESENT) / DAY_HOURS));
    const isEverybodyThere = present >= people.length;
    const first = isEverybodyThere
      ? 0
      : Math.floor((epoch / HOUR_SECONDS) * (people.length / DAY_HOURS));
    const person = people[(first + random.below(present)) % people.length];
    if (person === undefined) throw new Error(`tenant ${tenantIndex} has no people`);
    return person;
  }

  /** The public keys of this world, in the form of `--public-keys`. */
  get publicKeys(): Readonly<Record<string, string>> {
    return { [KEY_PAIR_ID]: publicKeyPem(this.#key) };
  }

  /** Issuance records of all grants that were used so far. */
  get issuedGrants(): readonly IssuedGrantRecord[] {
    return this.#issued;
  }

  /**
   * Credentials with a genuine signature. They are remembered, because signing takes most of the
   * time.
   */
  sign(terms: PolicyTerms): Presented {
    return this.#signed.of(JSON.stringify(terms), () => signTerms(terms, this.#key, KEY_PAIR_ID));
  }

  /** The grant that a person's browser has at this time. */
  grantOf(person: Person, epoch: number): Presented {
    const startsAt = epoch - ((epoch - person.offset) % RENEWAL_SECONDS);
    const id = `${person.userHash} ${startsAt}`;
    return this.#grants.of(id, () => {
      const grant = this.#grant(person, startsAt);
      // A forgotten grant is made again, with the same result.
      if (!this.#recorded.has(id)) this.#record(person, startsAt, grant);
      this.#recorded.add(id);
      return grant;
    });
  }

  #grant({ tenant }: Person, startsAt: number): Presented {
    return this.sign({
      resource: `${CONTENT_BASE_URL}${scopeOf(tenant)}*`,
      notBefore: startsAt - GRANT_START_MARGIN_SECONDS,
      notAfter: startsAt + GRANT_LIFETIME_SECONDS_MAX.cookies,
    });
  }

  #record({ tenant, userHash }: Person, startsAt: number, grant: Presented): void {
    const { notBefore = startsAt, notAfter } = grant.terms;
    this.#issued.push({
      time: rfc3339(startsAt),
      requestId: `request-${this.#issued.length}`,
      userHash,
      tenant,
      scope: scopeOf(tenant),
      keyPairId: KEY_PAIR_ID,
      startsAt: rfc3339(notBefore),
      expiresAt: rfc3339(notAfter),
      fingerprint: fingerprintOf(grant.encodedSignature),
    });
  }
}
