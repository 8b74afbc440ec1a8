import { listQueries } from '#analytics/catalog';
import {
  ask,
  at,
  BASE,
  cookiesWith,
  grantRecord,
  type PlantedLine,
  policyOf,
  refusedWith,
  times,
} from './planted-lines';

const DENIED = refusedWith('AccessDenied');

const [D7, D8] = ['2026-11-22 07:00:00', '2026-11-22 08:00:00'];

/** The viewer closed the connection while it was being served from the cache. */
const CUT_OFF: PlantedLine = {
  'x-edge-result-type': 'Error',
  'x-edge-detailed-result-type': 'ClientCommError',
};

function grantOf(tenant: string, signature: string, notAfter = at('09:00:00')): PlantedLine {
  return cookiesWith(policyOf({ resource: `${BASE}/t/${tenant}/*`, notAfter }), signature);
}

/** Cookies with a canned policy: the signature of one URL. */
function cannedWith(signature: string): PlantedLine {
  return {
    'cs(Cookie)': `CloudFront-Expires=${at('09:00:00')}; CloudFront-Signature=${signature}; CloudFront-Key-Pair-Id=K1`,
  };
}

describe('anomalous-downloads', () => {
  const THREE_DAYS = { from: '2026-11-20T00:00:00Z', to: '2026-11-23T00:00:00Z' };
  const days = ['2026-11-20', '2026-11-21', '2026-11-22'];

  it('who takes as much every day does not hide behind the own other days', async () => {
    const lines = days.flatMap((date) => [
      { date, 'sc-bytes': '1000000000' },
      { date, 'c-ip': '198.51.100.1', 'sc-bytes': '1000000' },
    ]);
    const rows = await ask('anomalous-downloads', { lines, values: THREE_DAYS });
    expect(rows).toMatchObject(
      days.map((day) => ({ day: `${day} 00:00:00`, reader: '192.0.2.10', times: 1_000 })),
    );
  });

  it('who is alone in a tenant is compared with the own other days', async () => {
    const lines = days.map((date, index) => ({
      date,
      'sc-bytes': index === 2 ? '900000000' : '20000000',
    }));

    expect(await ask('anomalous-downloads', { lines, values: THREE_DAYS })).toMatchObject([
      { day: '2026-11-22 00:00:00', compared_with: 'own other days', times: 45 },
    ]);
  });

  it('who can be compared with nothing is not listed', async () => {
    expect(await ask('anomalous-downloads', { lines: [{ 'sc-bytes': '90000000' }] })).toEqual([]);
  });

  it('an office behind one address is many readers, and a person with many addresses is one', async () => {
    const people = ['ann', 'ben', 'cyd', 'dan', 'eve'];
    const signatures = people.map((name) => `signature-of-${name}-`.padEnd(30, name));
    const grants = people.map((name, index) => grantRecord(name, signatures[index] ?? ''));
    const office = signatures.map((signature) => ({
      ...grantOf('acme', signature),
      'sc-bytes': '30000000',
    }));
    const everywhere = times(20, (index) => ({
      ...grantOf('acme', signatures[4] ?? ''),
      'c-ip': `198.51.100.${index}`,
      'sc-bytes': '30000000',
    }));

    expect(
      await ask('anomalous-downloads', { lines: [...office, ...everywhere], grants }),
    ).toMatchObject([
      { reader_kind: 'person', reader: 'eve', addresses: 21, bytes: 630_000_000, times: 21 },
    ]);
  });
});

it('cache-efficiency-by-tenant: a viewer that goes away makes no miss of a hit', async () => {
  const lines = [{}, CUT_OFF, { ...CUT_OFF, 'x-edge-response-result-type': 'Miss' }];
  expect(await ask('cache-efficiency-by-tenant', { lines })).toMatchObject([
    { requests: 3, hits: 2, hit_bytes: 2_000 },
  ]);
});

describe('L-07: cross-tenant-probes', () => {
  const foreign = grantOf('beta', 'signature-of-a-grant-of-beta', at('07:30:00'));

  it('who goes on probing after the grant ended is still shown', async () => {
    const lines = [{ ...DENIED, ...foreign }];
    expect(await ask('refusals', { lines })).toMatchObject([{ cause: 'expired' }]);
    expect(await ask('cross-tenant-probes', { lines })).toMatchObject([
      { tenant_in_policy: 'beta', tenant_in_path: 'acme', attempts: 1, proven: false },
    ]);
  });

  it('many texts that anybody wrote do not bury the one probe that is proven', async () => {
    const genuine = grantOf('beta', 'genuine-signature-of-beta');
    const lines = [
      ...times(9, () => ({ ...DENIED, ...grantOf('gamma', 'forged-signature-of-gamma') })),
      { ...genuine, 'cs-uri-stem': '/t/beta/a.png' },
      { ...DENIED, ...genuine },
    ];
    expect(await ask('cross-tenant-probes', { lines })).toMatchObject([
      { tenant_in_policy: 'beta', proven: true, attempts: 1 },
      { tenant_in_policy: 'gamma', proven: false, attempts: 9 },
    ]);
  });

  it('a grant that ended, for the own path, is no probe', async () => {
    const lines = [{ ...DENIED, ...foreign, 'cs-uri-stem': '/t/beta/a.png' }];
    expect(await ask('cross-tenant-probes', { lines })).toEqual([]);
  });
});

describe('L-06: evidence-gaps', () => {
  const MORNING = { from: '2026-11-22T06:30:00Z', to: '2026-11-22T12:00:00Z' };

  const linesByHour = async (
    lines: readonly PlantedLine[],
    values: Readonly<Record<string, string>>,
  ): Promise<readonly unknown[][]> => {
    const rows = await ask('evidence-gaps', { lines, values });
    return rows.map(({ hour, lines: count }) => [String(hour).slice(5, 13), count]);
  };

  it('shows hours without a line at both ends of the window', async () => {
    expect(await linesByHour([{}], MORNING)).toEqual([
      ['11-22 06', 0],
      ['11-22 07', 0],
      ['11-22 08', 1],
      ['11-22 09', 0],
      ['11-22 10', 0],
      ['11-22 11', 0],
    ]);
  });

  it('counts the hours over midnight, and the last one that the window touches', async () => {
    const values = { from: '2026-11-22T22:30:00Z', to: '2026-11-23T01:00:01Z' };
    const lines = [{ time: '22:15:00' }, { time: '22:45:00' }];
    expect(await linesByHour(lines, values)).toEqual([
      ['11-22 22', 1],
      ['11-22 23', 0],
      ['11-23 00', 0],
      ['11-23 01', 0],
    ]);
  });

  it('no line at all is a gap as long as the window, and lines without a time are counted', async () => {
    const rows = await ask('evidence-gaps', { lines: [{ time: 'noon' }] });
    expect(rows).toHaveLength(24);
    expect(rows.filter((row) => row['lines'] === 0 && row['unreadable_times'] === 1)).toHaveLength(
      24,
    );
  });

  it('an hour in which one tenant sleeps is no hour without logs', async () => {
    const lines = [{}, { time: '09:00:00', 'cs-uri-stem': '/t/beta/a.png' }, { time: '10:00:00' }];
    const values = { from: '2026-11-22T08:00:00Z', to: '2026-11-22T11:00:00Z', tenant: 'acme' };
    const rows = await ask('evidence-gaps', { lines, values });
    expect(rows.map((row) => [row['lines'], row['requests']])).toEqual([
      [1, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it('what was let in had a signature: without evidence, the evidence is missing', async () => {
    const lines = [{}, grantOf('acme', 'signature-of-the-own-grant'), refusedWith('MissingKey')];
    const rows = await ask('evidence-gaps', { lines });
    expect(rows.find(({ hour }) => hour === D8)).toMatchObject({
      accepted_without_evidence: 1,
      // The client sent nothing, and the evidence says so.
      without_evidence: 0,
      without_credentials: 1,
    });
  });
});

describe('L-07: failure-rate-by-tenant', () => {
  const quiet = times(40, () => ({ time: '07:00:00' }));

  it('the first refusals that a tenant ever had come first, not last', async () => {
    const beta = { 'cs-uri-stem': '/t/beta/a.png' };
    const lines = [
      ...quiet,
      ...times(20, () => DENIED),
      ...times(40, (index) => ({ ...beta, ...(index < 4 && DENIED), time: '07:00:00' })),
      ...times(20, (index) => ({ ...beta, ...(index < 3 && DENIED) })),
    ];
    const [first, second] = await ask('failure-rate-by-tenant', { lines });
    expect(first).toMatchObject({ tenant_in_path: 'acme', hour: D8, baseline_share: 0 });
    expect(first?.['deviations']).toBe(7.75);
    expect(second).toMatchObject({ tenant_in_path: 'beta', hour: D8 });
  });

  it('hours that are all alike do not deviate', async () => {
    const lines = [...quiet, ...times(20, () => ({}))].map((line) => ({ ...line, ...DENIED }));
    expect(await ask('failure-rate-by-tenant', { lines })).toMatchObject([
      { hour: D7, refused_share: 1, deviations: 0 },
      { hour: D8, refused_share: 1, deviations: 0 },
    ]);
  });

  it('a few refusals against a handful of requests are no certainty', async () => {
    const lines = [{ time: '07:00:00' }, ...times(20, (index) => (index < 2 ? DENIED : {}))];
    const [row] = await ask('failure-rate-by-tenant', { lines });
    expect(row).toMatchObject({ hour: D8, deviations: 0.33 });
  });
});

describe('L-06: expired-lateness calls no replay a tab that was left open', () => {
  const lapsed = { ...DENIED, ...grantOf('acme', 'signature-of-the-ended-grant', at('06:00:00')) };
  const inCountry = (country: string, index: number): PlantedLine => ({
    ...lapsed,
    'c-country': country,
    'c-ip': `198.51.100.${index}`,
  });

  it('a replay from nine countries is one', async () => {
    const lines = ['DE', 'FR', 'US', 'JP', 'BR', 'IN', 'ZA', 'AU', 'CA'].map(inCountry);
    expect(await ask('expired-lateness', { lines })).toMatchObject([
      {
        lateness: 'under 4 hours',
        seen_from: 'several countries',
        suggests: 'a leaked link or stolen cookies, replayed',
        refusals: 9,
        grants: 1,
        addresses: 9,
        countries: 9,
      },
    ]);
  });

  it('addresses count where the log has no country', async () => {
    const lines = ['-', '-'].map(inCountry);
    expect(await ask('expired-lateness', { lines })).toMatchObject([
      { seen_from: 'several addresses', suggests: expect.stringContaining('passed on') as string },
    ]);
  });

  it('a grant of one address does not hide behind that of others', async () => {
    const other = {
      ...DENIED,
      ...grantOf('acme', 'another-signature-of-a-script', at('06:00:00')),
    };
    const rows = await ask('expired-lateness', { lines: [...['DE', 'FR'].map(inCountry), other] });
    expect(rows).toMatchObject([
      { seen_from: 'several countries', refusals: 2 },
      { seen_from: 'one address', refusals: 1 },
    ]);
  });

  it('never says a tab', () => {
    const { sql, purpose } = listQueries().find(({ name }) => name === 'expired-lateness') ?? {};
    expect(sql).not.toMatch(/\btab\b/);
    expect(purpose).toContain('A tab that was left open is not here');
  });
});

describe('grants-seen-from-many-places', () => {
  const places = ['192.0.2.1', '198.51.100.1', '203.0.113.1'];
  const shared = places.map((address) => ({ 'c-ip': address, ...cannedWith('leaked'.repeat(6)) }));

  it('a grant without a resource, as those of canned policies, is shown', async () => {
    expect(await ask('grants-seen-from-many-places', { lines: shared })).toMatchObject([
      { fingerprint: 'leaked'.repeat(4), resource: null, networks: 3 },
    ]);
  });

  it('a stolen grant of a tenant is shown unless they are shared on purpose', async () => {
    const lines = places.map((address) => ({
      'c-ip': address,
      ...grantOf('acme', 'signature-of-a-stolen-grant'),
    }));
    expect(await ask('grants-seen-from-many-places', { lines })).toHaveLength(1);
    const values = { include_tenant_grants: 'no' };
    expect(await ask('grants-seen-from-many-places', { lines, values })).toEqual([]);
  });

  it.each(['true', 'Yes', '', '1'])(
    'include_tenant_grants=%s is refused: it would have meant no',
    async (value) => {
      const values = { include_tenant_grants: value };
      await expect(ask('grants-seen-from-many-places', { lines: [], values })).rejects.toThrow(
        'include_tenant_grants: ',
      );
    },
  );
});

describe('hot-linking', () => {
  it('counts the bytes of those who went away, too', async () => {
    const referred = { 'cs(Referer)': 'https://thief.example.net/' };
    const lines = [referred, { ...referred, ...CUT_OFF, 'sc-bytes': '9000' }];
    expect(await ask('hot-linking', { lines, values: { min_requests: 1 } })).toMatchObject([
      { requests: 2, served: 2, bytes: 10_000 },
    ]);
  });

  it('names the page and the file that were used most', async () => {
    const page = 'https://thief.example.net/thread/7';
    const lines = [
      ...times(3, () => ({ 'cs(Referer)': `${page}?p=1#top`, 'cs-uri-stem': '/t/acme/f/1/b.png' })),
      { 'cs(Referer)': 'https://thief.example.net/other' },
    ];

    expect(await ask('hot-linking', { lines, values: { min_requests: 1 } })).toMatchObject([
      { requests: 4, pages: 2, top_page: page, paths: 2, top_path: '/t/acme/f/1/b.png' },
    ]);
  });

  it('an app names itself where a page names its host', async () => {
    const lines = [{ 'cs(Referer)': 'android-app://com.example.thief/' }];
    expect(await ask('hot-linking', { lines, values: { min_requests: 1 } })).toMatchObject([
      { referer_host: 'com.example.thief' },
    ]);
  });
});

it('key-usage-before-retirement: what was accepted with a key that no log names is counted', async () => {
  const lines = [{}, grantOf('acme', 'signature-of-the-own-grant'), refusedWith('MissingKey')];
  expect(await ask('key-usage-before-retirement', { lines })).toMatchObject([
    { key_pair_id: 'K1', accepted: 1 },
    { key_pair_id: null, accepted: 1, refused_as_unknown: 0, safe_from: null },
  ]);
});

it('server-errors: an origin that fails halfway left the status that the response began with', async () => {
  const cut = { 'x-edge-result-type': 'Error', 'x-edge-response-result-type': 'Miss' };
  const lines = [
    { ...cut, 'x-edge-detailed-result-type': 'OriginReadError' },
    { ...cut, 'x-edge-detailed-result-type': 'AbortedOrigin', 'sc-status': '206' },
    { ...cut, 'x-edge-detailed-result-type': 'ClientCommError' },
    { 'x-edge-detailed-result-type': 'OriginShieldHit' },
  ];
  expect(await ask('server-errors', { lines })).toMatchObject([
    { status: 200, detailed_result_type: 'OriginReadError', requests: 1 },
    { status: 206, detailed_result_type: 'AbortedOrigin', requests: 1 },
  ]);
  // Who went away is the viewer of the third.
  const gaps = await ask('evidence-gaps', { lines });
  expect(gaps.find(({ hour }) => hour === D8)).toMatchObject({ requests: 4, aborted: 1 });
});

it('server-errors: one outage is one row, and the next one is another', async () => {
  const failed = {
    'sc-status': '503',
    'x-edge-result-type': 'Error',
    'x-edge-response-result-type': 'Error',
    'x-edge-detailed-result-type': 'OriginConnectError',
  };
  const places = ['FRA56-P1', 'NRT57-C2', 'IAD55-C1'];
  const lines = ['08', '09', '10', '14'].flatMap((hour) =>
    times(6, (index) => ({
      ...failed,
      time: `${hour}:30:0${index}`,
      'x-edge-location': places[index % 3] ?? '',
    })),
  );

  expect(await ask('server-errors', { lines })).toMatchObject([
    {
      first_seen: '2026-11-22 08:30:00',
      last_seen: '2026-11-22 10:30:05',
      requests: 18,
      edge_locations: 3,
      top_edge_location: 'FRA56-P1',
    },
    { first_seen: '2026-11-22 14:30:00', last_seen: '2026-11-22 14:30:05', requests: 6 },
  ]);
});

describe('top-files', () => {
  const part = (start: number): PlantedLine => ({
    'sc-status': '206',
    'sc-range-start': String(start),
    'sc-bytes': '500000',
  });

  it('a file that is read in parts is opened once and has the bytes of all', async () => {
    const lines = [part(0), part(500_000), part(1_000_000), { 'cs-uri-stem': '/t/acme/b.png' }];
    expect(await ask('top-files', { lines })).toMatchObject([
      { path: '/t/acme/b.png', requests: 1, bytes: 1_000 },
      { path: '/t/acme/f/7/a.png', requests: 1, bytes: 1_500_000 },
    ]);
  });

  it('who leaves out the first byte hides nothing', async () => {
    expect(await ask('top-files', { lines: [part(1)] })).toMatchObject([
      { path: '/t/acme/f/7/a.png', requests: 0, addresses: 1, bytes: 500_000 },
    ]);
  });

  it('a question for the headers alone opens nothing', async () => {
    expect(await ask('top-files', { lines: [{ 'cs-method': 'HEAD' }] })).toEqual([]);
  });
});

describe('who-opened', () => {
  it('a request that was logged twice opened the file once', async () => {
    const line = { ...grantOf('acme', 'signature-of-one'), 'x-edge-request-id': 'logged-twice' };
    const lines = [line, line, { ...line, 'x-edge-request-id': 'another' }];
    expect(await ask('who-opened', { lines })).toHaveLength(2);
  });

  it('tells who only asked for the headers', async () => {
    const lines = [{ 'cs-method': 'HEAD' }];
    expect(await ask('who-opened', { lines })).toMatchObject([{ method: 'HEAD' }]);
  });
});

it('top-offenders: a page with old links is told from an attack by its share and its kind', async () => {
  const broken = {
    'sc-status': '403',
    'x-edge-result-type': 'Error',
    'x-edge-response-result-type': 'Error',
    'x-edge-detailed-result-type': 'Error',
    'sc-content-type': 'application/xml',
    'origin-fbl': '0.050',
  };
  const lines = [
    ...times(10, () => broken),
    ...times(30, () => ({})),
    ...times(10, () => ({ ...refusedWith('MissingKey'), 'c-ip': '198.51.100.9' })),
  ];

  expect(await ask('top-offenders', { lines })).toMatchObject([
    { c_ip: '192.0.2.10', refusals: 10, requests: 40, refused_share: 0.25, broken_links: 10 },
    { c_ip: '198.51.100.9', refusals: 10, requests: 10, refused_share: 1, no_signature: 10 },
  ]);
});
