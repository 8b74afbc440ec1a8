import { LOG_FIELDS } from '../fields';
import { encodeLogValue } from '../records/encode-log-value';
import { KINDS, type Planted } from './kinds';
import { SeededRandom } from './random';

/** One generated request: the value of every field by name, and what was planted. */
export interface GeneratedRequest {
  readonly fields: Readonly<Record<string, string>>;
  readonly kind: string;
  readonly cause: string | null;
}

export interface GeneratorSettings {
  readonly seed: number;
  readonly requests: number;
  /** Seconds since the Unix epoch of the first request; they spread over one day. */
  readonly startEpoch: number;
  /** @default 20 */
  readonly tenants?: number;
}

const CONTENT_HOST = 'media.example.com';
const DAY_SECONDS = 86_400;
function pickKind(random: SeededRandom): string {
  const total = Object.values(KINDS).reduce((sum, { share }) => sum + share, 0);
  let at = random.next() * total;
  for (const [name, { share }] of Object.entries(KINDS)) {
    at -= share;
    if (at < 0) return name;
  }
  return 'served';
}

function commonFields(epoch: number, path: string, random: SeededRandom): Record<string, string> {
  const [date = '', time = ''] = new Date(epoch * 1_000).toISOString().slice(0, 19).split('T');
  return {
    date,
    time,
    'x-edge-location': random.pick(['FRA56-P1', 'IAD12-P3', 'NRT57-C2']),
    'sc-bytes': String(500 + random.below(100_000)),
    'c-ip': `203.0.113.${1 + random.below(250)}`,
    'cs-method': 'GET',
    'cs(Host)': 'd111111abcdef8.cloudfront.net',
    'cs-uri-stem': path,
    'cs(User-Agent)': random.pick([
      'Mozilla/5.0 (X11; Linux x86_64)',
      'curl/8.5.0',
      'okhttp/4.12.0',
    ]),
    'x-edge-request-id': `${random.text(54, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')}==`,
    'x-host-header': CONTENT_HOST,
    'cs-protocol': 'https',
    'cs-bytes': '900',
    'time-taken': '0.050',
    'time-to-first-byte': '0.030',
    'ssl-protocol': 'TLSv1.3',
    'cs-protocol-version': 'HTTP/2.0',
    'c-country': random.pick(['DE', 'US', 'JP']),
    'cache-behavior-path-pattern': '/t/*',
  };
}

/** Generates requests with planted truth, in the order of time. The same settings always give the same requests. */
export function* generateRequests(settings: GeneratorSettings): Generator<GeneratedRequest> {
  const random = new SeededRandom(settings.seed);
  const tenants = Array.from({ length: settings.tenants ?? 20 }, (_, at) => `tenant-${at}`);
  for (let at = 0; at < settings.requests; at += 1) {
    const epoch = settings.startEpoch + Math.floor((at * DAY_SECONDS) / settings.requests);
    const index = random.below(tenants.length);
    const tenant = tenants[index] ?? '';
    const foreignTenant = tenants[(index + 1) % tenants.length] ?? '';
    const path = `/t/${tenant}/f/${random.below(500)}/${random.pick(['a.png', 'with%20space.png', 'b_c-d.jpg'])}`;
    const kind = pickKind(random);
    const common = commonFields(epoch, path, random);
    const planted: Planted | undefined = KINDS[kind]?.plant({
      epoch,
      tenant,
      foreignTenant,
      contentBaseUrl: `https://${CONTENT_HOST}`,
      path,
      random,
    });
    const fields = { ...common, ...planted?.fields };
    yield { fields: encodeFields(fields), kind, cause: planted?.cause ?? null };
  }
}

function encodeFields(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    LOG_FIELDS.map(({ name }) => [name, name in fields ? encodeLogValue(fields[name] ?? '') : '-']),
  );
}
