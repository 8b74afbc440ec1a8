import { createHash } from 'node:crypto';
import { encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import {
  ask,
  at,
  BASE,
  cookiesWith,
  type PlantedLine,
  policyOf,
  refusedWith,
} from './planted-lines';

const ACME = `${BASE}/t/acme/*`;
const DENIED = refusedWith('AccessDenied');
const GOOD = { resource: ACME, notAfter: at('09:00:00') };

/** The query of a signed URL with a canned policy. */
function cannedQuery(expires: number): string {
  return `Expires=${expires}&Signature=abc&Key-Pair-Id=K1`;
}

async function causeOf(line: PlantedLine, others: readonly PlantedLine[] = []): Promise<string> {
  const id = { 'x-edge-request-id': 'asked' };
  const rows = await ask('refusals', { lines: [{ ...line, ...id }, ...others] });
  const row = rows.find((one) => one['x_edge_request_id'] === 'asked');
  return row === undefined
    ? 'not a refusal'
    : `${String(row['cause'])}, ${String(row['confidence'])}, ${row['proven'] === true ? 'proven' : 'unproven'}`;
}

describe('what decides a cause', () => {
  it.each<[string, PlantedLine, string]>([
    ['no cookie', refusedWith('MissingKey'), 'no_signature, likely, unproven'],
    [
      'cookies without a key id',
      { ...refusedWith('MissingKey'), 'cs(Cookie)': 'theme=dark' },
      'no_signature, certain, unproven',
    ],
    [
      'an expired policy',
      { ...DENIED, ...cookiesWith(policyOf({ ...GOOD, notAfter: at('07:00:00') })) },
      'expired, certain, unproven',
    ],
    [
      'an expiry in the second of the answer',
      { ...DENIED, ...cookiesWith(policyOf({ ...GOOD, notAfter: at('08:00:00') })) },
      'expired, likely, unproven',
    ],
    [
      'a start that is still to come',
      { ...DENIED, ...cookiesWith(policyOf({ ...GOOD, notBefore: at('08:10:00') })) },
      'not_yet_valid, certain, unproven',
    ],
    [
      "another tenant's resource",
      { ...DENIED, ...cookiesWith(policyOf({ resource: `${BASE}/t/beta/*` })) },
      'outside_path, certain, unproven',
    ],
    [
      'an address outside the range',
      { ...DENIED, ...cookiesWith(policyOf({ ...GOOD, range: '198.51.100.0/24' })) },
      'wrong_address, certain, unproven',
    ],
    [
      'an IPv6 address under a range',
      {
        ...DENIED,
        'c-ip': '2001:db8::1',
        ...cookiesWith(policyOf({ ...GOOD, range: '192.0.2.0/24' })),
      },
      'wrong_address, certain, unproven',
    ],
    [
      'an address inside the range',
      { ...DENIED, ...cookiesWith(policyOf({ ...GOOD, range: '192.0.2.0/24' })) },
      'bad_signature_presumed, likely, unproven',
    ],
    [
      'every condition holds',
      { ...DENIED, ...cookiesWith(policyOf(GOOD)) },
      'bad_signature_presumed, likely, unproven',
    ],
    [
      'a canned URL that expired',
      { ...DENIED, 'cs-uri-query': cannedQuery(at('07:00:00')) },
      'expired, certain, unproven',
    ],
    [
      'a query that the resource does not have',
      {
        ...DENIED,
        'cs-uri-query': 'x=1',
        ...cookiesWith(policyOf({ resource: `${BASE}/t/acme/f/7/a.png` })),
      },
      'outside_path, certain, unproven',
    ],
    [
      'an exact URL whose escapes the viewer sent',
      {
        ...DENIED,
        'cs-uri-stem': '/t/acme/f/7/with%20space.png',
        ...cookiesWith(policyOf({ resource: `${BASE}/t/acme/f/7/with%20space.png` })),
      },
      'bad_signature_presumed, likely, unproven',
    ],
    [
      'cookies beside a signing parameter, which alone counts',
      {
        ...DENIED,
        'cs-uri-query': cannedQuery(at('07:00:00')),
        ...cookiesWith(policyOf(GOOD)),
      },
      'expired, certain, unproven',
    ],
    [
      'geo restriction',
      refusedWith('AccessDenied', { 'x-edge-detailed-result-type': 'ClientGeoBlocked' }),
      'geo_blocked, certain, unproven',
    ],
    [
      'a web ACL',
      { ...DENIED, 'x-edge-detailed-result-type': 'InvalidRequestBlocked' },
      'waf_blocked, likely, unproven',
    ],
    [
      'S3',
      { ...DENIED, 'sc-content-type': 'application/xml', 'origin-fbl': '0.020' },
      'origin_refused, likely, unproven',
    ],
    [
      'S3 from the cache',
      { ...DENIED, 'sc-content-type': 'application/xml' },
      'origin_refused, likely, unproven',
    ],
    [
      'an unlisted method',
      {
        ...DENIED,
        'sc-content-type': 'text/html',
        'x-edge-detailed-result-type': 'InvalidRequestMethod',
      },
      'method_not_allowed, certain, unproven',
    ],
    ['a viewer who went away', { ...DENIED, 'sc-status': '000' }, 'not a refusal'],
    [
      'a viewer who left during the answer',
      { ...DENIED, 'x-edge-response-result-type': 'Miss' },
      'denied_unspecified, cannot be known, unproven',
    ],
    [
      'a body of an unknown length',
      { ...DENIED, 'sc-content-len': '111' },
      'denied_unspecified, cannot be known, unproven',
    ],
    [
      'an error page in place of the body, with an expired policy',
      {
        ...DENIED,
        'sc-content-type': 'text/html',
        'sc-content-len': '5000',
        ...cookiesWith(policyOf({ ...GOOD, notAfter: at('07:00:00') })),
      },
      'expired, likely, unproven',
    ],
  ])('L-07: %s', async (_title, line, expected) => {
    expect(await causeOf(line)).toBe(expected);
  });

  it.each([
    ['expired', `k=K1;s=/t/acme/*;n=;e=${at('07:00:00')};f=abc`, 'expired, likely, unproven'],
    ['outside', `k=K1;s=/t/beta/*;n=;e=${at('09:00:00')};f=abc`, 'outside_path, likely, unproven'],
    [
      'nothing that fails',
      `k=K1;s=/t/acme/*;n=;e=${at('09:00:00')};f=abc`,
      'denied_unspecified, cannot be known, unproven',
    ],
    ['parts without values', 'k=;s=;n=;e=;f=', 'denied_unspecified, cannot be known, unproven'],
    ['nothing', '-', 'denied_unspecified, cannot be known, unproven'],
    [
      'a text that is none of its own',
      "%zz'; drop",
      'denied_unspecified, cannot be known, unproven',
    ],
  ])(
    "the guard's log data says %s: never certain, never proven",
    async (_title, data, expected) => {
      const accepted = { 'viewer-request-log-data': data };
      const line = { ...DENIED, 'viewer-request-log-data': data };
      expect(await causeOf(line, [accepted])).toBe(expected);
    },
  );
});

describe('a refused policy is text from a stranger', () => {
  const foreign = cookiesWith(policyOf({ resource: `${BASE}/t/beta/*` }), 'genuine'.repeat(8));
  const accepted = { 'cs-uri-stem': '/t/beta/f/1/b.png', ...foreign };

  it('is attributed when the same text was accepted where it holds', async () => {
    expect(await causeOf({ ...DENIED, ...foreign }, [accepted])).toBe(
      'outside_path, certain, proven',
    );
  });

  it.each<[string, PlantedLine]>([
    ['was never accepted', {}],
    ['was accepted where nothing is checked', { ...accepted, 'cs-uri-stem': '/public/logo.png' }],
    [
      'was accepted where the path has two readings',
      { ...accepted, 'cs-uri-stem': '/t/acme/..%2f..%2fpublic/x' },
    ],
    ['was redirected, before anything is checked', { ...accepted, 'sc-status': '301' }],
    ['was sent with OPTIONS', { ...accepted, 'cs-method': 'OPTIONS' }],
    [
      'was refused behind a page for errors with status 200',
      {
        ...accepted,
        'x-edge-result-type': 'Error',
        'x-edge-response-result-type': 'Error',
      },
    ],
    [
      'was accepted with this signature under another policy',
      {
        ...accepted,
        ...cookiesWith(policyOf({ resource: `${BASE}/t/gamma/*` }), 'genuine'.repeat(8)),
      },
    ],
  ])('is not when it %s', async (_title, other) => {
    expect(await causeOf({ ...DENIED, ...foreign }, [other])).toBe(
      'outside_path, certain, unproven',
    );
  });

  it('a viewer who left during the answer was let in before', async () => {
    const left = { ...accepted, 'x-edge-result-type': 'Error' };
    expect(await causeOf({ ...DENIED, ...foreign }, [left])).toBe('outside_path, certain, proven');
  });

  it('a signed URL that was accepted is outside another path, and not outside its own', async () => {
    const line = { ...DENIED, 'cs-uri-query': cannedQuery(at('09:00:00')) };
    const elsewhere = { 'cs-uri-query': line['cs-uri-query'], 'cs-uri-stem': '/t/acme/f/8/b.png' };
    expect(await causeOf(line, [elsewhere])).toBe('outside_path, certain, proven');
    expect(await causeOf(line, [{ ...elsewhere, 'cs-uri-stem': '/t/acme/f/7/a.png' }])).toBe(
      'denied_unspecified, cannot be known, proven',
    );
  });

  it('a signature that was accepted is not presumed bad', async () => {
    const good = cookiesWith(policyOf(GOOD));
    expect(await causeOf({ ...DENIED, ...good }, [good])).toBe(
      'denied_unspecified, cannot be known, proven',
    );
  });

  it.each<[string, string]>([
    ['two resources', policyOf(GOOD).replace('"Resource"', '"Resource":"x","Resource"')],
    ['a pattern with more than one reading', policyOf({ resource: '*a*a*a*a*a*a*a*a*a*a*a*b' })],
    ['no address in its range', policyOf({ ...GOOD, range: 'abc.def/99999999999' })],
    ['a range of minus one', policyOf({ ...GOOD, range: '1.2.3/-1' })],
    ['a time beyond all numbers', policyOf(GOOD).replace(/\d{10}/, '9'.repeat(40))],
    ['nothing but bytes', '\u0000\u00ff'],
    ['an escaped resource', policyOf({ resource: 'https:\\/\\/x' })],
  ])('concludes nothing from %s, and breaks no query', async (_title, policy) => {
    const line = { ...DENIED, ...cookiesWith(policy) };
    expect(await causeOf(line)).toBe('denied_unspecified, cannot be known, unproven');
    expect(await ask('causes-by-tenant', { lines: [line] })).toHaveLength(1);
    expect(await ask('key-usage-before-retirement', { lines: [line] })).toHaveLength(1);
  });

  const LAPSED = policyOf({ ...GOOD, notAfter: at('07:00:00') });
  const { 'cs(Cookie)': lapsedCookies = '' } = cookiesWith(LAPSED);
  const lapsedQuery = lapsedCookies.replaceAll('CloudFront-', '').replaceAll('; ', '&');

  it.each<[string, PlantedLine]>([
    ['two cookies of one name', { 'cs(Cookie)': `${lapsedCookies}; ${lapsedCookies}` }],
    ['a second cookie without a value', { 'cs(Cookie)': `${lapsedCookies}; CloudFront-Policy` }],
    ['a second cookie in other letters', { 'cs(Cookie)': `${lapsedCookies}; cloudfront-policy=x` }],
    ['two parameters of one name', { 'cs-uri-query': `${lapsedQuery}&Policy=` }],
    ['a name in escapes', { 'cs-uri-query': `${lapsedQuery}&%50olicy=x` }],
    [
      'a name in escapes beside cookies',
      { 'cs(Cookie)': lapsedCookies, 'cs-uri-query': '%50olicy=x' },
    ],
  ])('concludes nothing from %s', async (_title, line) => {
    expect(await causeOf({ ...DENIED, ...line })).toBe(
      'denied_unspecified, cannot be known, unproven',
    );
  });

  it.each([
    `${lapsedQuery}&policyId=7&policyId=8`,
    `policy-id=7&${lapsedQuery}`,
    `${lapsedQuery}&filter%5Bpolicy%5D=1&q=%26Policy%3Dx`,
  ])('takes no other parameter for a second one: %#', async (query) => {
    expect(await causeOf({ ...DENIED, 'cs-uri-query': query })).toBe('expired, certain, unproven');
  });

  it('what two readings leave open is not proven by a verdict about one of them', async () => {
    const lines = [{ ...DENIED, 'cs(Cookie)': `${lapsedCookies}; CloudFront-Policy=x` }];
    const [credentials] = await ask('refusals', { lines, verdicts: [] });
    expect(credentials).toMatchObject({ proven: false });
    const digest = createHash('sha256')
      .update(`K1 SHA1 ${'sig-'.repeat(10)} ${encodeCloudFrontBase64(Buffer.from(LAPSED))}`)
      .digest('hex')
      .toUpperCase();
    const verdicts = [{ credentialsDigest: digest, isValid: true }];
    expect(await ask('refusals', { lines, verdicts })).toMatchObject([{ proven: false }]);
    expect(
      await ask('refusals', { lines: [{ ...DENIED, 'cs(Cookie)': lapsedCookies }], verdicts }),
    ).toMatchObject([{ proven: true }]);
  });

  it('shows no credential that stands where a key id belongs', async () => {
    const { 'cs(Cookie)': cookie = '' } = cookiesWith(policyOf(GOOD));
    const joined = cookie.split('; ').reverse().join(', ');
    const line = { ...refusedWith('InvalidKey'), 'cs(Cookie)': joined };
    for (const name of ['key-usage-before-retirement', 'grants-seen-from-many-places', 'refusals'])
      expect(JSON.stringify(await ask(name, { lines: [line] }))).not.toContain('sig-');
  });

  it('takes no part of another cookie for a signing parameter', async () => {
    const line = {
      ...refusedWith('MissingKey'),
      'cs(Cookie)': 'a=1&Key-Pair-Id=K1; XCloudFront-Key-Pair-Id=K1',
    };
    expect(await causeOf(line)).toBe('no_signature, certain, unproven');
  });
});

it('lines whose time or numbers cannot be read break no query', async () => {
  const broken = {
    date: 'never',
    'sc-status': 'x',
    'sc-bytes': 'many',
    'c-ip': '',
    'cs-uri-stem': '%',
  };
  expect(await ask('refusals', { lines: [broken, { ...DENIED, 'c-ip': 'nobody' }] })).toHaveLength(
    1,
  );
});
