import { GUARD_NOTE_FIELD } from '#core/contract/guard-note';
import type { IssuedGrantRecord } from '#core/contract/issued-grant';
import { LOG_FIELDS } from '../fields';
import { encodeLogValue } from '../records/encode-log-value';
import { KINDS, type Planted } from './kinds';
import { SeededRandom } from './random';
import { Remembered } from './remembered';
import { CONTENT_BASE_URL, GeneratedWorld, type Person } from './world';

/** One generated request: the value of every field by name, and what was planted. */
export interface GeneratedRequest extends Planted {
  readonly kind: string;
}

export interface GeneratorSettings {
  readonly seed: number;
  readonly requests: number;
  /** Seconds since the Unix epoch of the first request; they spread over one day. */
  readonly startEpoch: number;
  /** At least two. @default 20 */
  readonly tenants?: number;
  /** At least four. With more, each person is active for half an hour. @default 4 */
  readonly peoplePerTenant?: number;
  /** @default 500 */
  readonly filesPerTenant?: number;
  /** Factor for the number of served requests. 1 shows every kind of refusal often. @default 1 */
  readonly servedFactor?: number;
  /**
   * Every so many requests one is logged twice, with the same id, as CloudFront's delivery may do.
   *
   * @default - none
   */
  readonly copyEvery?: number;
}

/** Generated logs: requests in the order of time, and what belongs to them. */
export interface GeneratedLogs {
  /** Can be iterated only once. */
  readonly requests: Generator<GeneratedRequest>;
  /** Issuance records for the requests that were iterated so far. */
  readonly issuedGrants: readonly IssuedGrantRecord[];
  /** The keys that verify them, by key pair id. */
  readonly publicKeys: Readonly<Record<string, string>>;
}

const TENANTS_DEFAULT = 20;
const PEOPLE_PER_TENANT_DEFAULT = 4;
const FILES_PER_TENANT_DEFAULT = 500;
const FILE_NAMES = ['a.png', 'with%20space.png', 'b_c-d.jpg'] as const;
const DAY_SECONDS = 86_400;
const REQUEST_ID_BYTES = 40;
/** Fields with long texts that come again and again. Their encoded forms are remembered. */
const LONG_FIELDS: ReadonlySet<string> = new Set(['cs(Cookie)', 'cs(Referer)', 'cs(User-Agent)']);
const ENCODED_TEXTS = new Remembered<string>(4_096);
const ENCODED_LOG_DATA = new Remembered<string>(4_096);
const KIND_ENTRIES = Object.entries(KINDS);
const SHARES = KIND_ENTRIES.reduce((sum, [, { share }]) => sum + share, 0);
const SERVED_SHARE = KINDS['served']?.share ?? 0;

function pickKind(random: SeededRandom, servedFactor: number): string {
  let at = random.below(SHARES + (servedFactor - 1) * SERVED_SHARE);
  for (const [name, { share }] of KIND_ENTRIES) {
    at -= share;
    if (at < 0) return name;
  }
  return 'served';
}

function commonFields(
  epoch: number,
  person: Person,
  random: SeededRandom,
): Readonly<Record<string, string>> {
  const [date = '', time = ''] = new Date(epoch * 1_000).toISOString().slice(0, 19).split('T');
  return {
    date,
    time,
    'x-edge-location': random.pick(['FRA56-P1', 'IAD12-P3', 'NRT57-C2']),
    'sc-bytes': String(500 + random.below(100_000)),
    'c-ip': person.address,
    'cs-method': 'GET',
    'cs(Host)': 'd111111abcdef8.cloudfront.net',
    'cs(Referer)': random.pick(['https://app.example.com/', 'https://forum.example.net/thread/7']),
    'cs(User-Agent)': person.userAgent,
    'x-edge-request-id': `${random.bytes(REQUEST_ID_BYTES).toString('base64url')}==`,
    'x-host-header': CONTENT_BASE_URL.slice('https://'.length),
    'cs-protocol': 'https',
    'cs-bytes': '900',
    'time-taken': '0.050',
    'time-to-first-byte': (random.below(300) / 1_000).toFixed(3),
    'ssl-protocol': 'TLSv1.3',
    'cs-protocol-version': 'HTTP/2.0',
    asn: person.asn,
    'c-country': person.country,
    'cache-behavior-path-pattern': '/t/*',
  };
}

/** The note of a function is URL-encoded. All other fields have CloudFront's encoding. */
function encodeField(name: string, value: string): string {
  if (name === GUARD_NOTE_FIELD) return ENCODED_LOG_DATA.of(value, () => encodeURIComponent(value));
  return LONG_FIELDS.has(name)
    ? ENCODED_TEXTS.of(value, () => encodeLogValue(value))
    : encodeLogValue(value);
}

/** As in a log: a missing value is `-`. */
function encodeFields(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const encoded: Record<string, string> = {};
  for (const { name } of LOG_FIELDS) {
    const value = fields[name];
    encoded[name] = value === undefined ? '-' : encodeField(name, value);
  }
  return encoded;
}

function* drawRequests(
  settings: GeneratorSettings,
  world: GeneratedWorld,
): Generator<GeneratedRequest> {
  const random = new SeededRandom(settings.seed + 1);
  const {
    tenants = TENANTS_DEFAULT,
    filesPerTenant = FILES_PER_TENANT_DEFAULT,
    servedFactor = 1,
    copyEvery,
  } = settings;
  for (let at = 0; at < settings.requests; at += 1) {
    const epoch = settings.startEpoch + Math.floor((at * DAY_SECONDS) / settings.requests);
    const index = random.below(tenants);
    const person = world.pickPerson(index, epoch, random);
    const stranger = world.pickPerson((index + 1) % tenants, epoch, random);
    const path = `/t/${person.tenant}/f/${random.below(filesPerTenant)}/${random.pick(FILE_NAMES)}`;
    const kind = pickKind(random, servedFactor);
    const planted = KINDS[kind]?.plant({ epoch, person, stranger, path, random, world });
    if (planted === undefined) throw new Error(`no kind ${kind}`);
    const common = { ...commonFields(epoch, person, random), 'cs-uri-stem': path };
    const request = { ...planted, kind, fields: encodeFields({ ...common, ...planted.fields }) };
    yield request;
    if (copyEvery !== undefined && at % copyEvery === 0) yield request;
  }
}

/** Generates logs with planted truth. The same settings always give the same logs. */
export function generateLogs(settings: GeneratorSettings): GeneratedLogs {
  const world = new GeneratedWorld(settings.seed, {
    tenants: settings.tenants ?? TENANTS_DEFAULT,
    peoplePerTenant: settings.peoplePerTenant ?? PEOPLE_PER_TENANT_DEFAULT,
  });
  return {
    requests: drawRequests(settings, world),
    issuedGrants: world.issuedGrants,
    publicKeys: world.publicKeys,
  };
}

/** The requests of {@link generateLogs}, without issuance records and keys. */
export function generateRequests(settings: GeneratorSettings): Generator<GeneratedRequest> {
  return generateLogs(settings).requests;
}
