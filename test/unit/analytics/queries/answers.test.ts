import { listQueries } from '#analytics/catalog';
import {
  ask,
  at,
  BASE,
  cookiesWith,
  type Planted,
  type PlantedLine,
  policyOf,
  refusedWith,
  times,
} from './planted-lines';

type Row = Readonly<Record<string, unknown>>;

const DENIED = refusedWith('AccessDenied');
const MISSING = refusedWith('MissingKey');
const ACME = `${BASE}/t/acme/*`;
const [D8, D9] = ['2026-11-22 08:00:00', '2026-11-22 09:00:00'];

function grantOf(tenant: string, signature: string, notAfter = at('09:00:00')): PlantedLine {
  return cookiesWith(policyOf({ resource: `${BASE}/t/${tenant}/*`, notAfter }), signature);
}

function expiredSince(seconds: number): PlantedLine {
  const notAfter = at('08:00:00') - seconds;
  return { ...DENIED, ...grantOf('acme', `late-${seconds}-`.repeat(6), notAfter) };
}

const SHARED = grantOf('acme', 'shared-signature-of-one-grant');
const FOLDER = cookiesWith(
  policyOf({ resource: `${BASE}/u/acme/person/*` }),
  'folder-signature-of-one-person',
);

/** For each question: lines, and the whole answer to be had from them. */
const CASES: Readonly<Record<string, Planted & { readonly rows: readonly Row[] }>> = {
  refusals: {
    lines: [{}, { ...MISSING, 'x-edge-request-id': 'a' }],
    rows: [
      {
        x_edge_request_id: 'a',
        time: D8,
        tenant_in_path: 'acme',
        cause: 'no_signature',
        confidence: 'likely',
        proven: false,
      },
    ],
  },
  'causes-by-tenant': {
    lines: [MISSING, { ...MISSING, time: '09:00:00' }, { 'cs-uri-stem': '/t/beta/x', ...MISSING }],
    rows: [
      {
        tenant_in_path: 'acme',
        cause: 'no_signature',
        refusals: 2,
        addresses: 1,
        first_seen: D8,
        last_seen: D9,
      },
      { tenant_in_path: 'beta', cause: 'no_signature', refusals: 1, last_seen: D8 },
    ],
  },
  'refusals-over-time': {
    lines: [MISSING, { ...MISSING, 'c-ip': '192.0.2.5' }, { ...MISSING, time: '09:59:59' }, {}],
    rows: [
      { hour: D8, cause: 'no_signature', refusals: 2, addresses: 2 },
      { hour: D9, cause: 'no_signature', refusals: 1, addresses: 1 },
    ],
  },
  'failure-rate-by-tenant': {
    lines: [
      ...times(10, (index) => (index < 5 ? DENIED : {})),
      ...times(40, (index) => ({ ...(index < 4 ? DENIED : {}), time: '09:00:00' })),
    ],
    values: { min_requests: 5, min_deviations: 2 },
    rows: [
      {
        hour: D8,
        requests: 10,
        refused: 5,
        refused_share: 0.5,
        baseline_share: 0.1,
        deviations: 2.94,
      },
    ],
  },
  'top-offenders': {
    lines: [
      ...times(3, (index) => ({ ...MISSING, 'cs-uri-stem': `/t/acme/${index}` })),
      expiredSince(600),
      { ...MISSING, 'c-ip': '192.0.2.99' },
    ],
    values: { min_refusals: 2 },
    rows: [
      {
        c_ip: '192.0.2.10',
        refusals: 4,
        tenants: 1,
        paths: 4,
        no_signature: 3,
        lapsed: 1,
        other: 0,
      },
    ],
  },
  'offenders-by-network': {
    lines: [
      { ...DENIED, 'c-ip': '192.0.2.1' },
      { ...DENIED, 'c-ip': '192.0.2.200' },
      { ...DENIED, 'c-ip': '2001:db8::1' },
      { ...DENIED, 'c-ip': '2001:db8:0:5::2' },
      { ...DENIED, 'c-ip': '2001:db8:1::1' },
      { 'c-ip': '192.0.2.3' },
    ],
    values: { min_refusals: 2 },
    rows: [
      { network: '192.0.2.0/24', refusals: 2, addresses: 2, refused_share: 0.6667 },
      { network: '2001:db8:0::/48', refusals: 2, addresses: 2, refused_share: 1 },
    ],
  },
  enumeration: {
    lines: [
      ...times(4, (index) => ({
        'cs-uri-stem': `/t/acme/guess-${index}`,
        'sc-status': index < 3 ? '404' : '200',
      })),
      ...times(9, () => ({ 'c-ip': '192.0.2.44', 'sc-status': '404' })),
    ],
    values: { min_paths: 4 },
    rows: [{ hour: D8, c_ip: '192.0.2.10', requests: 4, paths: 4, failed: 3, failed_share: 0.75 }],
  },
  'cross-tenant-probes': {
    lines: [
      { ...DENIED, ...grantOf('beta', 'genuine-signature-of-beta-grant') },
      { 'cs-uri-stem': '/t/beta/own.png', ...grantOf('beta', 'genuine-signature-of-beta-grant') },
      { ...DENIED, 'c-ip': '192.0.2.66', ...grantOf('beta', 'forged-signature-of-beta-grant') },
      { ...DENIED, ...grantOf('acme', 'own-tenant-own-path-no-probe') },
    ],
    rows: [
      {
        tenant_in_policy: 'beta',
        tenant_in_path: 'acme',
        c_ip: '192.0.2.10',
        proven: true,
        attempts: 1,
      },
      { tenant_in_policy: 'beta', c_ip: '192.0.2.66', proven: false, attempts: 1 },
    ],
  },
  'expired-lateness': {
    lines: [10, 20, 600, 3_600, 50_000, 200_000].map(expiredSince),
    rows: [
      { lateness: 'under a minute', seen_from: 'one address', refusals: 2, grants: 2 },
      {
        lateness: 'under 15 minutes',
        suggests: 'a program that renews too late',
        refusals: 1,
        addresses: 1,
        countries: 1,
      },
      { lateness: 'under 4 hours', refusals: 1 },
      {
        lateness: 'under a day',
        refusals: 1,
        suggests: 'a script, a link that was kept, or a replay',
      },
      { lateness: 'a day or more', refusals: 1 },
    ],
  },
  'key-usage-before-retirement': {
    lines: [
      grantOf('acme', 'first-grant-under-the-key', at('08:30:00')),
      { ...grantOf('acme', 'second-grant-under-the-key', at('08:45:00')), time: '08:01:00' },
      // Refused, so its expiry keeps no key alive; and a time that nobody meant.
      { ...DENIED, ...grantOf('beta', 'refused-grant', at('23:00:00')) },
      grantOf('acme', 'expiry-that-nobody-meant', 9_999_999_999),
      {
        ...refusedWith('InvalidKey'),
        ...cookiesWith(policyOf({ resource: ACME }), 's'.repeat(24), 'K0'),
      },
    ],
    rows: [
      {
        key_pair_id: 'K1',
        accepted: 3,
        refused_as_unknown: 0,
        grants: 3,
        last_accepted: '2026-11-22 08:01:00',
        safe_from: '2026-11-22 08:45:00',
      },
      {
        key_pair_id: 'K0',
        accepted: 0,
        refused_as_unknown: 1,
        last_accepted: null,
        safe_from: null,
      },
    ],
  },
  'grants-seen-from-many-places': {
    lines: [
      ...['192.0.2.1', '198.51.100.1', '203.0.113.1'].map((address) => ({
        'c-ip': address,
        'cs-uri-stem': '/u/acme/person/9/a.png',
        ...FOLDER,
      })),
      ...['192.0.2.1', '198.51.100.1', '203.0.113.1'].map((address) => ({
        'c-ip': address,
        ...SHARED,
      })),
    ],
    rows: [
      {
        fingerprint: 'folder-signature-of-one-',
        resource: `${BASE}/u/acme/person/*`,
        addresses: 3,
        networks: 3,
        countries: 1,
        requests: 3,
      },
      // A grant of a whole tenant is listed, too: it can be stolen as well.
      { fingerprint: 'shared-signature-of-one-', resource: ACME, addresses: 3, networks: 3 },
    ],
  },
  'refusals-by-grant': {
    lines: [
      ...['DE', 'FR'].map((country) => ({ ...expiredSince(600), 'c-country': country })),
      { ...expiredSince(1_200), 'c-ip': '192.0.2.77' },
      MISSING,
    ],
    rows: [
      {
        fingerprint: 'late-600-'.repeat(6).slice(0, 24),
        key_pair_id: 'K1',
        resource: ACME,
        proven: false,
        cause: 'expired',
        refusals: 2,
        addresses: 1,
        countries: 2,
      },
      { fingerprint: 'late-1200-'.repeat(6).slice(0, 24), refusals: 1, countries: 1 },
    ],
  },
  'never-signed-or-lapsed': {
    lines: [
      { ...MISSING, 'c-ip': '192.0.2.1' },
      { ...MISSING, 'c-ip': '192.0.2.2' },
      { 'c-ip': '192.0.2.2', time: '08:05:00' },
      { 'c-ip': '192.0.2.3', time: '07:00:00' },
      { ...MISSING, 'c-ip': '192.0.2.3' },
      { 'c-ip': '192.0.2.4', time: '07:00:00' },
      { ...MISSING, 'c-ip': '192.0.2.4' },
      { 'c-ip': '192.0.2.4', time: '08:05:00' },
    ],
    rows: [
      { story: 'asked before logging in', addresses: 1, refusals: 1 },
      { story: 'let in before and afterwards', addresses: 1 },
      { story: 'let in before: lapsed', addresses: 1 },
      { story: 'never let in', addresses: 1 },
    ],
  },
  'hot-linking': {
    lines: [
      ...times(2, () => ({ 'cs(Referer)': 'https://thief.example.net/page' })),
      { ...DENIED, 'cs(Referer)': 'HTTPS://THIEF.example.net:8443/' },
      { 'cs(Referer)': 'https://app.example.com/' },
      { 'cs(Referer)': 'https://media.example.com/t/acme/' },
      { 'cs(Referer)': 'nonsense' },
    ],
    values: { min_requests: 1, own_hosts: 'app.example.com,www.example.com' },
    rows: [
      {
        referer_host: 'thief.example.net',
        requests: 3,
        served: 2,
        refused: 1,
        bytes: 3_000,
        top_page: 'https://thief.example.net/page',
      },
    ],
  },
  'cache-efficiency-by-tenant': {
    lines: [
      {},
      { 'x-edge-result-type': 'RefreshHit', 'sc-bytes': '500' },
      { 'x-edge-result-type': 'Miss', 'x-edge-response-result-type': 'Miss', 'sc-bytes': '2500' },
      DENIED,
    ],
    rows: [
      {
        tenant_in_path: 'acme',
        requests: 3,
        hits: 2,
        hit_share: 0.6667,
        bytes: 4_000,
        hit_bytes: 1_500,
        byte_hit_share: 0.375,
      },
    ],
  },
  'bytes-and-cost-by-tenant': {
    lines: [
      { 'sc-bytes': '3000000000' },
      { 'sc-bytes': '1000000000' },
      { 'cs-uri-stem': '/public/x', 'sc-bytes': '-' },
    ],
    values: { price_per_gigabyte: 0.5 },
    rows: [
      {
        day: '2026-11-22 00:00:00',
        tenant_in_path: 'acme',
        requests: 2,
        bytes: 4_000_000_000,
        gigabytes: 4,
        cost: 2,
      },
      { tenant_in_path: null, bytes: null, cost: null },
    ],
  },
  geography: {
    lines: [{}, DENIED, { 'c-country': '-', 'x-edge-location': 'NRT57-C2' }],
    rows: [
      { place: 'DE', is_country: true, requests: 2, refused: 1, refused_share: 0.5 },
      { place: 'NRT', is_country: false, requests: 1 },
    ],
  },
  'top-files': {
    lines: [
      {},
      { 'c-ip': '192.0.2.77', time: '09:00:00' },
      { 'cs-uri-stem': '/t/acme/b.png' },
      { 'cs-uri-stem': '/t/acme/b.png', 'sc-status': '206', 'sc-range-start': '4096' },
      { 'cs-uri-stem': '/t/acme/b.png', ...DENIED },
    ],
    rows: [
      { path: '/t/acme/f/7/a.png', requests: 2, addresses: 2, bytes: 2_000, last_opened: D9 },
      { path: '/t/acme/b.png', requests: 1 },
    ],
  },
  'server-errors': {
    lines: [
      ...times(2, () => ({
        'sc-status': '503',
        'x-edge-result-type': 'Error',
        'x-edge-response-result-type': 'Error',
        'x-edge-detailed-result-type': 'OriginConnectError',
      })),
      { 'sc-status': '499', 'x-edge-detailed-result-type': 'ClientCommError' },
      DENIED,
    ],
    rows: [
      {
        first_seen: D8,
        status: 503,
        detailed_result_type: 'OriginConnectError',
        top_edge_location: 'FRA56-P1',
        requests: 2,
      },
    ],
  },
  'latency-percentiles': {
    lines: times(100, () => ({ 'time-to-first-byte': '0.250' })),
    rows: [
      {
        result_type: 'Hit',
        requests: 100,
        first_byte_p50: 0.25,
        first_byte_p99: 0.25,
        origin_p95: null,
      },
    ],
  },
  'client-classes': {
    lines: [
      {},
      { 'cs(User-Agent)': '-' },
      { 'cs(User-Agent)': 'curl/8.5.0', ...DENIED },
      { 'cs(User-Agent)': 'Mozilla/5.0 (compatible; Googlebot/2.1)' },
    ],
    rows: [
      { client: 'bot', requests: 1 },
      { client: 'browser', requests: 1 },
      { client: 'library', requests: 1, refused: 1, refused_share: 1 },
      { client: 'none', requests: 1 },
    ],
  },
  'anomalous-downloads': {
    lines: [
      { 'sc-bytes': '50000000' },
      ...times(4, (index) => ({ 'c-ip': `198.51.100.${index}`, 'sc-bytes': '1000000' })),
    ],
    rows: [
      {
        reader_kind: 'address',
        reader: '192.0.2.10',
        tenant_in_path: 'acme',
        requests: 1,
        bytes: 50_000_000,
        usual_bytes: 1_000_000,
        compared_with: 'other readers',
        times: 50,
      },
    ],
  },
  'evidence-gaps': {
    lines: [
      {},
      { ...DENIED, 'sc-content-len': '999' },
      { ...DENIED, ...SHARED, time: '11:00:00' },
      { 'sc-status': '000', time: '11:00:00' },
    ],
    values: { from: '2026-11-22T08:00:00Z', to: '2026-11-22T12:00:00Z' },
    rows: [
      {
        hour: D8,
        lines: 2,
        requests: 2,
        refused: 1,
        without_evidence: 0,
        without_credentials: 1,
        unlisted_answers: 1,
        unreadable_times: 0,
      },
      { hour: '2026-11-22 09:00:00', lines: 0, requests: 0 },
      { hour: '2026-11-22 10:00:00', lines: 0, requests: 0 },
      {
        hour: '2026-11-22 11:00:00',
        lines: 2,
        aborted: 1,
        refused: 1,
        without_evidence: 0,
        without_credentials: 0,
        unlisted_answers: 0,
      },
    ],
  },
};

describe('each question over lines whose answer is known', () => {
  it.each(Object.entries(CASES))('%s', async (name, { rows, ...planted }) => {
    const answer = await ask(name, planted);
    expect(answer).toMatchObject(rows as object[]);
    expect(answer).toHaveLength(rows.length);
  });

  it('leaves out no question', () => {
    const names = listQueries().map(({ name }) => name);
    // They have files of their own.
    expect(names.filter((name) => !(name in CASES))).toEqual(['grant', 'who-opened']);
  });
});
