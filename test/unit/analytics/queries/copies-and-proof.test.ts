import {
  ask,
  at,
  BASE,
  cookiesWith,
  LOG_FORMS,
  type PlantedLine,
  policyOf,
  refusedWith,
  times,
} from './planted-lines';

const BETA = `${BASE}/t/beta/*`;
const STOLEN = cookiesWith(policyOf({ resource: BETA }), 'genuine-signature-of-beta'.repeat(2));
const ACCEPTED = { 'cs-uri-stem': '/t/beta/own.png', ...STOLEN };
const DENIED = refusedWith('AccessDenied');
const ID = 'x-edge-request-id';

/** The same signed cookies among others. */
function among(before: string, after: string): PlantedLine {
  return { 'cs(Cookie)': `${before}${STOLEN['cs(Cookie)'] ?? ''}${after}` };
}

async function isProven(refused: PlantedLine, accepted: PlantedLine = ACCEPTED): Promise<unknown> {
  const lines = [{ ...DENIED, ...refused }, accepted];
  const [row] = await ask('refusals', { lines });
  return row?.['proven'];
}

describe('L-07: proven means the credentials, not the whole Cookie header', () => {
  it.each<[string, PlantedLine]>([
    ['the same header', STOLEN],
    ['another cookie before', among('visit=1; ', '')],
    ['another cookie behind', among('', '; theme=dark')],
    ['no space between', { 'cs(Cookie)': (STOLEN['cs(Cookie)'] ?? '').replaceAll('; ', ';') }],
    ['a query parameter in a cookie', among('a=1&Signature=forged; ', '')],
    [
      'another order',
      { 'cs(Cookie)': (STOLEN['cs(Cookie)'] ?? '').split('; ').reverse().join('; ') },
    ],
    ['a query string of its own', { ...STOLEN, 'cs-uri-query': 'width=200' }],
  ])('a genuine grant is proven with %s', async (_title, refused) => {
    expect(await isProven(refused)).toBe(true);
    // And the other way round: the one who was let in had more cookies.
    expect(await isProven(STOLEN, { ...ACCEPTED, ...refused })).toBe(true);
  });

  it.each(LOG_FORMS)('in %s', async (format) => {
    const lines = [{ ...DENIED, ...among('visit=~1; ', '') }, ACCEPTED];
    expect(await ask('cross-tenant-probes', { lines, format })).toMatchObject([
      { tenant_in_policy: 'beta', tenant_in_path: 'acme', proven: true },
    ]);
  });

  it('a signed URL is the same grant as the cookies', async () => {
    const query = (STOLEN['cs(Cookie)'] ?? '').replaceAll('CloudFront-', '').replaceAll('; ', '&');
    expect(await isProven({ 'cs-uri-query': `width=200&${query}` })).toBe(true);
  });

  it.each<[string, PlantedLine]>([
    [
      'another policy',
      cookiesWith(
        policyOf({ resource: BETA, notAfter: at('10:00:00') }),
        'genuine-signature-of-beta'.repeat(2),
      ),
    ],
    [
      'another key',
      cookiesWith(policyOf({ resource: BETA }), 'genuine-signature-of-beta'.repeat(2), 'K2'),
    ],
    [
      'a signature with the same beginning',
      cookiesWith(policyOf({ resource: BETA }), `genuine-signature-of-betax`),
    ],
    ['another hash algorithm', among('', '; CloudFront-Hash-Algorithm=SHA256')],
  ])('is not with %s', async (_title, refused) => {
    expect(await isProven(refused)).toBe(false);
  });

  it('a forged grant is not proven by riding along with a genuine one', async () => {
    const forged = cookiesWith(policyOf({ resource: `${BASE}/t/innocent/*` }), 'forged'.repeat(9));
    const both = { 'cs(Cookie)': `${forged['cs(Cookie)'] ?? ''}; ${STOLEN['cs(Cookie)'] ?? ''}` };
    expect(await isProven(forged, { ...ACCEPTED, ...both })).toBe(false);
  });
});

describe('L-06: copies of a line are one request', () => {
  const copies = (line: PlantedLine): PlantedLine[] => times(3, () => ({ ...line, [ID]: 'one' }));

  it.each(LOG_FORMS)('where evidence is joined, in %s', async (format) => {
    const accepted = { lines: copies(ACCEPTED), format };
    expect(await ask('key-usage-before-retirement', accepted)).toMatchObject([{ accepted: 1 }]);
    expect(
      await ask('grants-seen-from-many-places', {
        ...accepted,
        values: { min_networks: 1, include_tenant_grants: 'yes' },
      }),
    ).toMatchObject([{ requests: 1 }]);
    expect(await ask('who-opened', accepted)).toHaveLength(1);
    const hour = { from: '2026-11-22T08:00:00Z', to: '2026-11-22T09:00:00Z' };
    expect(await ask('evidence-gaps', { ...accepted, values: hour })).toMatchObject([
      { lines: 3, requests: 1 },
    ]);
    expect(await ask('refusals', { lines: copies({ ...DENIED, ...STOLEN }), format })).toHaveLength(
      1,
    );
  });
});

describe('L-06: what is not known is not 0', () => {
  it('key-usage-before-retirement: an unknown key that no log names has the row without a key', async () => {
    const lines = times(2, () => refusedWith('InvalidKey'));
    expect(await ask('key-usage-before-retirement', { lines })).toMatchObject([
      { key_pair_id: null, accepted: 0, refused_as_unknown: 2, safe_from: null },
    ]);
  });

  it('evidence-gaps: who sent no cookies has evidence that says so', async () => {
    const lines = [
      refusedWith('MissingKey'),
      { ...refusedWith('MissingKey'), 'cs-uri-query': 'x=1' },
    ];
    const values = { from: '2026-11-22T08:00:00Z', to: '2026-11-22T09:00:00Z' };
    expect(await ask('evidence-gaps', { lines, values })).toMatchObject([
      { refused: 2, without_evidence: 0, without_credentials: 2 },
    ]);
    const without = ['cs(Cookie)', 'cs-uri-query'];
    expect(await ask('evidence-gaps', { lines, values, without })).toMatchObject([
      { refused: 2, without_evidence: 2 },
    ]);
    // A v1 line does not tell whether cookies are logged.
    expect(await ask('evidence-gaps', { lines, values, format: 'v1' })).toMatchObject([
      { refused: 2, without_evidence: 1 },
    ]);
  });
});
