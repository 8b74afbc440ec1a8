import { ADVICE, isCause } from '#analytics/explain/advice';
import { DETAILED_RESULT_TYPES, NAMED_CAUSES } from '#core/contract/detailed-result-types';
import {
  ask,
  at,
  BASE,
  cookiesWith,
  LOG_FORMS,
  policyOf,
  refusedWith,
  times,
} from './planted-lines';

const TYPE = 'x-edge-detailed-result-type';
const MISSING = refusedWith('MissingKey');
const LAPSED = cookiesWith(policyOf({ resource: `${BASE}/t/acme/*`, notAfter: at('07:00:00') }));
const HTML = { 'sc-content-type': 'text/html', 'sc-content-len': '919' };
const NAMED = Object.entries(DETAILED_RESULT_TYPES).filter(([, { cause }]) => cause !== undefined);
const LEFT = Object.entries(DETAILED_RESULT_TYPES)
  .filter(([, { resultClass }]) => resultClass === 'client left')
  .map(([type]) => type);

describe('L-07: what the line names is the cause', () => {
  it.each(LOG_FORMS)('every documented type, in %s', async (format) => {
    const lines = NAMED.map(([type]) => ({
      ...refusedWith('AccessDenied', HTML),
      [TYPE]: type,
      'x-edge-request-id': type,
    }));
    const rows = await ask('refusals', { lines, format });
    const found = new Map(rows.map((row) => [row['x_edge_request_id'], row['cause']]));
    expect(found).toEqual(new Map(NAMED.map(([type, { cause }]) => [type, cause])));
    const unsure = rows.filter(({ confidence }) => confidence !== 'certain');
    expect(unsure.map(({ cause }) => cause)).toEqual(['waf_blocked']);
  });

  it('every cause that a line can name has advice', () => {
    for (const cause of Object.keys(NAMED_CAUSES)) expect(isCause(cause)).toBe(true);
    expect(Object.keys(ADVICE)).toEqual(expect.arrayContaining(Object.keys(NAMED_CAUSES)));
  });

  it('a type that AWS adds later is not taken for another', async () => {
    const lines = [{ ...refusedWith('AccessDenied', HTML), [TYPE]: 'InvalidRequestNews' }];
    expect(await ask('refusals', { lines })).toMatchObject([{ cause: 'denied_unspecified' }]);
  });
});

describe('L-07: a preflight is no refusal of a tenant', () => {
  const PREFLIGHTS = [
    { ...MISSING, 'cs-method': 'OPTIONS' },
    {
      ...refusedWith('AccessDenied', HTML),
      'cs-method': 'OPTIONS',
      [TYPE]: 'InvalidRequestMethod',
    },
  ];

  it.each(LOG_FORMS)('has a cause of its own and no tenant, in %s', async (format) => {
    const planted = { lines: PREFLIGHTS, format };
    expect(await ask('causes-by-tenant', planted)).toMatchObject([
      { tenant_in_path: null, cause: 'preflight', confidence: 'likely', refusals: 2 },
    ]);
  });

  it('is in no count of refusals of tenants or addresses', async () => {
    const lines = [{}, ...PREFLIGHTS];
    const [hour] = await ask('failure-rate-by-tenant', { lines, values: { min_requests: 1 } });
    expect(hour).toMatchObject({ requests: 3, refused: 0 });
    expect(await ask('geography', { lines })).toMatchObject([{ requests: 3, refused: 0 }]);
    expect(await ask('top-offenders', { lines, values: { min_refusals: 1 } })).toEqual([]);
    expect(await ask('refusals', { lines, values: { tenant: 'acme' } })).toEqual([]);
    expect(await ask('never-signed-or-lapsed', { lines })).toEqual([]);
  });

  it('a line without a method is none', async () => {
    const planted = { lines: [MISSING], without: ['cs-method'] };
    expect(await ask('causes-by-tenant', planted)).toMatchObject([
      { tenant_in_path: 'acme', cause: 'no_signature' },
    ]);
    expect(await ask('refusals', { ...planted, values: { tenant: 'acme' } })).toHaveLength(1);
  });

  it('a request with another method that is not allowed is one', async () => {
    const lines = [{ ...PREFLIGHTS[1], 'cs-method': 'DELETE' }];
    expect(await ask('causes-by-tenant', { lines })).toMatchObject([
      { tenant_in_path: 'acme', cause: 'method_not_allowed' },
    ]);
  });
});

describe('L-06: hanging up is no way out', () => {
  const HOUR = { from: '2026-11-22T08:00:00Z', to: '2026-11-22T09:00:00Z' };

  describe.each(LEFT)('%s', (type) => {
    it.each(LOG_FORMS)('a 403 is a refusal with its cause, in %s', async (format) => {
      const lines = [
        { ...MISSING, [TYPE]: type },
        { ...refusedWith('AccessDenied'), ...LAPSED, [TYPE]: type },
      ];
      const rows = await ask('refusals', { lines, format });
      expect(rows.map(({ cause }) => cause).sort()).toEqual(['expired', 'no_signature']);
    });

    it('behind an error page, too', async () => {
      const lines = [{ ...refusedWith('AccessDenied', HTML), ...LAPSED, [TYPE]: type }];
      expect(await ask('refusals', { lines })).toMatchObject([{ cause: 'expired' }]);
    });

    it('every count has who reads the status only', async () => {
      const lines = times(30, (index) => ({
        ...MISSING,
        'cs-uri-stem': `/t/acme/guess-${index}`,
        [TYPE]: type,
      }));
      expect(await ask('enumeration', { lines })).toMatchObject([{ paths: 30, failed: 30 }]);
      expect(await ask('top-offenders', { lines })).toMatchObject([{ no_signature: 30 }]);
      expect(await ask('refusals-over-time', { lines })).toMatchObject([
        { cause: 'no_signature', refusals: 30 },
      ]);
      expect(await ask('failure-rate-by-tenant', { lines })).toMatchObject([{ refused: 30 }]);
      expect(
        await ask('offenders-by-network', { lines, values: { min_addresses: 1 } }),
      ).toMatchObject([{ refusals: 30 }]);
      expect(await ask('evidence-gaps', { lines, values: HOUR })).toMatchObject([
        { refused: 30, aborted: 0 },
      ]);
    });

    it.each(['000', '499', '200', '206', '304'])('status %s is aborted', async (status) => {
      const lines = [{ 'sc-status': status, 'x-edge-result-type': 'Error', [TYPE]: type }];
      expect(await ask('evidence-gaps', { lines, values: HOUR })).toMatchObject([
        { refused: 0, aborted: 1 },
      ]);
    });

    it.each(['404', '503'])('status %s is an answer', async (status) => {
      const lines = [{ 'sc-status': status, 'x-edge-result-type': 'Error', [TYPE]: type }];
      expect(await ask('evidence-gaps', { lines, values: HOUR })).toMatchObject([
        { refused: 0, aborted: 0 },
      ]);
    });
  });

  it('an error of the origin whose client left is one of the origin', async () => {
    const lines = [
      { 'sc-status': '503', 'x-edge-result-type': 'Error', [TYPE]: 'ClientCommError' },
    ];
    expect(await ask('server-errors', { lines })).toMatchObject([{ status: 503, requests: 1 }]);
  });
});
