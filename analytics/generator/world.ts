import type { KeyObject } from 'node:crypto';
import { GRANT_LIFETIME_SECONDS_MAX } from '#core/contract/grant-limits';
import type { IssuedGrantRecord } from '#core/contract/issued-grant';
import { fingerprintOf } from '#core/signing/fingerprint';
import { GRANT_START_MARGIN_SECONDS } from '#core/signing/grant-limits';
import { type PolicyTerms, type Presented, signTerms } from './presented';
import { SeededRandom } from './random';
import { Remembered } from './remembered';
import { drawSigningKey, publicKeyPem } from './signing-key';

/** Where everything that is generated is served. */
export const CONTENT_BASE_URL = 'https://media.example.com';
/** The key that the distribution trusts. */
export const KEY_PAIR_ID = 'K2JCJMDEHXQW5F';
/** A grant is renewed before it ends. */
const RENEWAL_SECONDS = 840;
/** At least so many people of a tenant are there at a time; else each is there for half an hour of the day. */
const PRESENT_MIN = 4;
const HOURS_PRESENT = 0.5;
const DAY_HOURS = 24;
const HOUR_SECONDS = 3_600;
/** After so many steps of 100 seconds the renewal interval begins anew. */
const SAME_OFFSET_PEOPLE = 42;
/** Signatures that are remembered: more than there are grants at one time, few enough for memory. */
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

/** How many there are of what a world is made of. */
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
    // The people of the first tenant log in within the same second: their grants are one text, so one signature.
    offset: tenantIndex === 0 ? 0 : 100 * index + 1 + Math.floor(index / SAME_OFFSET_PEOPLE),
  };
}

/** Tenants, people, their grants and the key that signs them. The same seed gives the same world. */
export class GeneratedWorld {
  readonly #people: readonly (readonly Person[])[];
  readonly #key: KeyObject;
  readonly #grants = new Remembered<Presented>(SIGNED_MAX);
  readonly #recorded = new Set<string>();
  readonly #signed = new Remembered<Presented>(SIGNED_MAX);
  readonly #issued: IssuedGrantRecord[] = [];

  constructor(seed: number, { tenants, peoplePerTenant }: WorldSize) {
    const random = new SeededRandom(seed);
    this.#key = drawSigningKey(random);
    this.#people = Array.from({ length: tenants }, (_tenant, at) =>
      Array.from({ length: peoplePerTenant }, (_person, index) =>
        createPerson(at * peoplePerTenant + index, peoplePerTenant, random),
      ),
    );
  }

  /** One of the people of a tenant who are there at a time: they come and go in turn, a whole round a day. */
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

  /** `--public-keys` of this world. */
  get publicKeys(): Readonly<Record<string, string>> {
    return { [KEY_PAIR_ID]: publicKeyPem(this.#key) };
  }

  /** Issuance records of every grant that anybody had so far. */
  get issuedGrants(): readonly IssuedGrantRecord[] {
    return this.#issued;
  }

  /** Terms under a genuine signature; RSA gives the same one each time, and takes most of the time there is. */
  sign(terms: PolicyTerms): Presented {
    return this.#signed.of(JSON.stringify(terms), () => signTerms(terms, this.#key, KEY_PAIR_ID));
  }

  /** The grant that a person's browser holds at a time. */
  grantOf(person: Person, epoch: number): Presented {
    const startsAt = epoch - ((epoch - person.offset) % RENEWAL_SECONDS);
    const id = `${person.userHash} ${startsAt}`;
    return this.#grants.of(id, () => {
      const grant = this.#grant(person, startsAt);
      // A grant that was forgotten meanwhile is made again; it is the same one.
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
