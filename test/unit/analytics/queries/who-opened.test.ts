import {
  ask,
  BASE,
  cookiesWith,
  grantRecord,
  type PlantedLine,
  policyOf,
  refusedWith,
} from './planted-lines';

const ONE = 'signature-of-one-person-only';
const SET = 'signature-that-two-people-had';
const POLICY = policyOf({ resource: `${BASE}/t/acme/*` });

const GRANTS = [grantRecord('ada', ONE), grantRecord('bob', SET), grantRecord('eve', SET)];

function opened(signature: string, more: PlantedLine = {}): PlantedLine {
  return { ...cookiesWith(POLICY, signature), ...more };
}

describe('who opened what', () => {
  it.each<[string, PlantedLine, readonly (readonly [string, string | null])[]]>([
    ['one person, when the grant is on record for one', opened(ONE), [['one person', 'ada']]],
    [
      'a set of people, when it is on record for several',
      opened(SET),
      [
        ['a set of people', 'bob'],
        ['a set of people', 'eve'],
      ],
    ],
    [
      'cannot be known, when it is on nobody’s record',
      opened('unheard-of-signature-of-nobody'),
      [['cannot be known', null]],
    ],
    ['cannot be known, when the log shows no signature', {}, [['cannot be known', null]]],
    [
      "from the guard's log data alone",
      { 'viewer-request-log-data': `k=K1;s=/t/acme/*;n=;e=;f=${ONE.slice(0, 24)}` },
      [['one person', 'ada']],
    ],
    [
      'not by the same fingerprint under another key',
      { ...cookiesWith(POLICY, ONE, 'K2') },
      [['cannot be known', null]],
    ],
  ])('says %s', async (_title, line, expected) => {
    const rows = await ask('who-opened', { lines: [line], grants: GRANTS });
    expect(rows.map((row) => [row['sure'], row['user_hash']])).toEqual(expected);
  });

  it('a record that was written twice is one person', async () => {
    const grants = [
      grantRecord('ada', ONE),
      grantRecord('ada', ONE, { time: '2026-11-22T08:00:00Z' }),
    ];
    const rows = await ask('who-opened', { lines: [opened(ONE)], grants });
    expect(rows).toMatchObject([{ sure: 'one person', issued_at: '2026-11-22T07:59:00Z' }]);
  });

  it('a request that was refused opened nothing', async () => {
    const lines = [{ ...opened(ONE), ...refusedWith('AccessDenied') }];
    expect(await ask('who-opened', { lines, grants: GRANTS })).toEqual([]);
  });

  it('a grant of the hour before the window is found', async () => {
    const values = { from: '2026-11-22T08:00:00Z', to: '2026-11-22T09:00:00Z' };
    const rows = await ask('who-opened', { lines: [opened(ONE)], grants: GRANTS, values });
    expect(rows).toMatchObject([{ sure: 'one person' }]);
  });

  const LINES = [
    opened(ONE),
    opened(SET, { 'cs-uri-stem': '/t/acme/f/8/with%20space.png' }),
    opened(SET, { 'cs-uri-stem': '/u/acme/person/9/c.png' }),
  ];

  it.each([
    [{ file_id: '8' }, ['/t/acme/f/8/with%20space.png']],
    [{ file_id: '9' }, ['/u/acme/person/9/c.png']],
    [{ path: '/t/acme/f/8/with%20space.png' }, ['/t/acme/f/8/with%20space.png']],
    [{ user_hash: 'ada' }, ['/t/acme/f/7/a.png']],
    [{ user_hash: 'nobody' }, []],
    [{ fingerprint: ONE.slice(0, 24) }, ['/t/acme/f/7/a.png']],
    [{ fingerprint: 'x'.repeat(24) }, []],
    [{ file_id: "8' or '1'='1" }, []],
  ])('asked by %j', async (values, paths) => {
    const rows = await ask('who-opened', { lines: LINES, grants: GRANTS, values });
    expect([...new Set(rows.map((row) => row['path']))]).toEqual(paths);
  });

  it('works without any issuance record', async () => {
    expect(await ask('who-opened', { lines: [opened(ONE)] })).toMatchObject([
      { sure: 'cannot be known' },
    ]);
  });
});

describe('how far a grant reaches', () => {
  const other = grantRecord('bob', 'another-signature-of-bob-only', { scope: '/u/acme/bob/' });
  const values = { fingerprint: SET.slice(0, 24) };
  const lines = [
    opened(SET),
    opened(SET, { 'c-ip': '198.51.100.7', 'c-country': 'US', 'cs-uri-stem': '/t/acme/f/8/b.png' }),
    opened(SET, { ...refusedWith('AccessDenied'), 'cs-uri-stem': '/t/beta/f/1/c.png' }),
    opened(ONE),
    {},
  ];

  it('says who holds it, what else they hold, what it opened and from where', async () => {
    const rows = await ask('grant', { lines, grants: [...GRANTS, other], values });
    expect(rows).toMatchObject([
      { kind: 'issued to', user_hash: 'bob', scope: '/t/acme/', last_seen: '2026-11-22 08:14:00' },
      { kind: 'issued to', user_hash: 'eve', proven: null, requests: 1 },
      { kind: 'also holds', user_hash: 'bob', scope: '/u/acme/bob/' },
      { kind: 'opened', path: '/t/acme/f/7/a.png', c_ip: '192.0.2.10', c_country: 'DE' },
      { kind: 'opened', path: '/t/acme/f/8/b.png', c_country: 'US', requests: 1, proven: true },
      { kind: 'refused', path: '/t/beta/f/1/c.png', cause: 'outside_path', proven: true },
    ]);
    expect(rows).toHaveLength(6);
  });

  it('of a grant that nobody presented and nobody holds there is nothing', async () => {
    const unknown = { fingerprint: 'x'.repeat(24) };
    expect(await ask('grant', { lines, grants: GRANTS, values: unknown })).toEqual([]);
  });

  it('the same fingerprint under another key is another grant', async () => {
    const grants = [...GRANTS, grantRecord('ada', SET, { keyPairId: 'K2' })];
    const rows = await ask('grant', { lines, grants, values });
    const holders = rows.filter(({ kind }) => kind === 'issued to');
    expect(holders.map((row) => [row['key_pair_id'], row['user_hash']])).toEqual([
      ['K1', 'bob'],
      ['K1', 'eve'],
      ['K2', 'ada'],
    ]);
  });
});
