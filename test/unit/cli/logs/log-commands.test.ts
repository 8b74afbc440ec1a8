import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deliveredPlaces } from '#cli/logs/log-sources';
import { runProgram } from '#cli/program';
import { DEPLOYMENT, makeContext } from '../command-fixture';

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-commands-'));
const GENERATED = path.join(folder, 'generated');
const LOGS = path.join(GENERATED, 'logs');
const START = ['--start', '2026-11-22T00:00:00Z'];
const DAY = ['--from', '2026-11-22T00:00:00Z', '--to', '2026-11-23T00:00:00Z'];
const KEYS = path.join(GENERATED, 'public-keys.json');

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function run(
  ...arguments_: readonly string[]
): Promise<{ code: number; output: string; complaints: string }> {
  const made = makeContext();
  const code = await runProgram(made.context, arguments_);
  return { code, output: made.printed(), complaints: made.complaints() };
}

async function ask(...arguments_: readonly string[]): Promise<Record<string, unknown>[]> {
  const { code, output, complaints } = await run(
    ...arguments_,
    '--source',
    LOGS,
    ...DAY,
    '--format',
    'json',
  );
  if (code !== 0) throw new Error(complaints);
  return JSON.parse(output) as Record<string, unknown>[];
}

beforeAll(async () => {
  const generated = await run('logs', 'generate', '--out', GENERATED, '--lines', '3000', ...START);
  if (generated.code !== 0) throw new Error(generated.complaints);
});

describe('generated logs', () => {
  it('are answered from the command line that generate prints', async () => {
    const rows = await ask('logs', 'query', 'causes-by-tenant');

    expect(rows.length).toBeGreaterThan(20);
    expect(new Set(rows.map(({ cause }) => cause)).size).toBeGreaterThan(8);
  });

  it('say with public keys which signatures are forged', async () => {
    const causes = (await ask('logs', 'query', 'refusals', '--public-keys', KEYS)).map(
      ({ cause }) => cause,
    );

    expect(causes).toContain('bad_signature_proven');
    expect(causes).not.toContain('bad_signature_presumed');
  });

  it('are narrowed to a tenant', async () => {
    const rows = await ask('logs', 'query', 'causes-by-tenant', '--tenant', 'tenant-3');

    expect(new Set(rows.map(({ tenant_in_path }) => tenant_in_path))).toEqual(
      new Set(['tenant-3']),
    );
  });

  it('tell who opened a file: by path, and everything of that person', async () => {
    const [some] = await ask('logs', 'query', 'top-files', '--set', 'top=1');
    const opened = await ask('who-opened', String(some?.['path']));
    const known = opened.find(({ sure }) => sure === 'one person');
    const byUser = await ask('who-opened', String(known?.['user_hash']));

    expect(opened.length).toBeGreaterThan(0);
    expect(new Set(byUser.map(({ user_hash }) => user_hash))).toEqual(
      new Set([known?.['user_hash']]),
    );
  });

  it('lead from a refusal to its grant, to the person, and to everything that it opened', async () => {
    const grants = await ask('logs', 'query', 'refusals-by-grant', '--set', 'top=500');
    const genuine = grants.find(({ cause, proven }) => cause === 'expired' && proven === true);
    const fingerprint = String(genuine?.['fingerprint']);
    const reach = await ask('logs', 'query', 'grant', '--set', `fingerprint=${fingerprint}`);
    const opened = await ask('who-opened', fingerprint);

    expect(reach.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['issued to', 'opened', 'refused']),
    );
    expect(new Set(opened.map((row) => row['fingerprint']))).toEqual(new Set([fingerprint]));
  });

  it('explain-403 names the grant and the person who holds it', async () => {
    const refusals = await ask('logs', 'query', 'refusals');
    const proven = refusals.find(({ cause, proven }) => cause === 'expired' && proven === true);
    const id = String(proven?.['x_edge_request_id']);
    const { output } = await run('explain-403', id, '--source', LOGS, ...DAY);

    expect(output).toMatch(/^grant id {4}[\w~-]{24} \(fingerprint\)$/m);
    expect(output).toMatch(/^issued to {3}(one person: [\w-]{22}|a set of \d people; .*)$/m);
  });

  it('become a report', async () => {
    const [html, png] = [path.join(folder, 'r.html'), path.join(folder, 'r.png')];
    const { code, output } = await run(
      'logs',
      'report',
      '--source',
      LOGS,
      ...DAY,
      '--out',
      html,
      '--png',
      png,
    );

    expect({ code, output }).toEqual({ code: 0, output: `${html}\n${png}\n` });
    expect(readFileSync(html, 'utf8')).toContain('Refusals by hour and cause');
    expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG');
  });

  it('are named as they were planted', async () => {
    const { code, output } = await run(
      'logs',
      'generate',
      '--check',
      '--lines',
      '1500',
      '--start',
      DAY[1] ?? '',
    );

    expect(code).toBe(0);
    expect(output).toContain('every line is exact');
  });
});

it('the command line that generate prints is read by a shell as it was meant', async () => {
  const out = path.join(folder, "Ada's logs");
  const { output } = await run('logs', 'generate', '--out', out, '--lines', '1', ...START);
  const [, told = ''] = output.split('\n');
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${told}`], { encoding: 'utf8' });

  expect(words.split('\n').slice(5, -1)).toEqual([
    ...['logs', 'query', 'causes-by-tenant', '--source', path.join(out, 'logs')],
    ...['--from', '2026-11-22T00:00:00Z', '--to', '2026-11-23T00:00:00Z'],
    ...['--public-keys', path.join(out, 'public-keys.json')],
  ]);
});

describe('what is asked wrongly is refused, naming what came and what is allowed', () => {
  const notEmpty = path.join(folder, 'not-empty');
  const noLogs = path.join(folder, 'no-logs');
  mkdirSync(notEmpty);
  mkdirSync(noLogs);
  writeFileSync(path.join(notEmpty, 'mine.txt'), 'precious');
  writeFileSync(path.join(noLogs, 'letter.txt'), 'Dear all');

  it.each<[string, readonly string[], RegExp]>([
    [
      'a query that is none',
      ['logs', 'query', 'nothing', '--source', LOGS],
      /^edgepass: query: .*causes-by-tenant.*"nothing"/,
    ],
    [
      'an engine that is none',
      ['logs', 'query', 'refusals', '--engine', 'mysql'],
      /--engine: expected duckdb, athena, trino, received "mysql"/,
    ],
    [
      'a source for Athena',
      ['logs', 'query', 'refusals', '--engine', 'athena', '--source', LOGS],
      /--source: .*reads the deployed tables/,
    ],
    [
      'Trino without an address',
      ['logs', 'query', 'refusals', '--engine', 'trino'],
      /--trino-url: /,
    ],
    [
      'a folder that is not there',
      ['logs', 'query', 'refusals', '--source', 'no-such-folder'],
      /--source: .*s3:\/\/.*"no-such-folder"/,
    ],
    ['a folder without logs', ['logs', 'query', 'refusals', '--source', noLogs], /letter\.txt/],
    ['an S3 URL that is none', ['logs', 'query', 'refusals', '--source', 's3://'], /--source: /],
    [
      'a format that is none',
      ['logs', 'query', 'refusals', '--source', LOGS, '--format', 'xml'],
      /--format: expected table, csv, json, spreadsheet/,
    ],
    [
      'a parameter without a value',
      ['logs', 'query', 'refusals', '--source', LOGS, '--set', 'x'],
      /--set: expected <name>=<value>/,
    ],
    [
      'a parameter that is none',
      ['logs', 'query', 'refusals', '--source', LOGS, '--set', 'x=1'],
      /--set: expected nothing: refusals has no parameters of its own, received "x=1"/,
    ],
    [
      'a parameter of another query',
      ['logs', 'query', 'top-files', '--source', LOGS, '--set', 'min_paths=1'],
      /--set: expected a parameter of top-files: top, received "min_paths=1"/,
    ],
    [
      'an answer to yes or no that is neither',
      ['logs', 'query', 'grants-seen-from-many-places', '--set', 'include_tenant_grants=true'],
      /include_tenant_grants: expected yes or no, received "true"/,
    ],
    [
      'the address of Trino for another engine',
      ['logs', 'query', 'refusals', '--source', LOGS, '--trino-url', 'https://trino.example.com'],
      /--trino-url: expected nothing without --engine trino/,
    ],
    [
      'a parameter of another type',
      ['logs', 'query', 'top-files', '--source', LOGS, '--set', 'top=1;drop'],
      /top: expected a whole number/,
    ],
    [
      'a time that is none',
      ['logs', 'query', 'refusals', '--source', LOGS, '--from', 'yesterday'],
      /from: expected an RFC 3339 time/,
    ],
    [
      'a day that does not exist',
      ['logs', 'query', 'refusals', '--source', LOGS, '--to', '2026-02-30T00:00:00Z'],
      /--to: expected an RFC 3339 time that exists/,
    ],
    [
      'a window that ends before it begins',
      ['logs', 'query', 'refusals', '--source', LOGS, '--from', DAY[3] ?? '', '--to', DAY[1] ?? ''],
      /--from: expected a time before --to, which is 2026-11-22T00:00:00Z, received "2026-11-23/,
    ],
    [
      'a window without a second in it',
      [
        'logs',
        'report',
        '--source',
        LOGS,
        '--from',
        DAY[1] ?? '',
        '--to',
        '2026-11-22T00:00:00.9Z',
      ],
      /--from: expected a time before --to/,
    ],
    [
      'a window that has not begun',
      ['who-opened', '/x', '--source', LOGS, '--from', '2999-01-01T00:00:00Z'],
      /--from: expected a time before --to/,
    ],
    ...['from=2026-11-22T00:00:00Z', 'to=x', 'tenant=acme'].map(
      (setting): [string, readonly string[], RegExp] => [
        `an option as a parameter: ${setting}`,
        ['logs', 'query', 'refusals', '--source', LOGS, '--set', setting],
        /--set: .*there is --(?:from|to|tenant) for this one/,
      ],
    ),
    [
      'fewer than none',
      ['logs', 'query', 'top-files', '--source', LOGS, '--set', 'top=-1'],
      /top: expected a whole number from 0, received "-1"/,
    ],
    [
      'a tenant that is none',
      ['logs', 'query', 'refusals', '--source', LOGS, '--tenant', "a' or 1=1"],
      /tenantId: /,
    ],
    ['a subject that is none', ['who-opened', 'a b'], /subject: /],
    ['what stands for no subject', ['who-opened', '-'], /subject: .*a file id, received "-"/],
    ...['file', 'user', 'path'].map((kind): [string, readonly string[], RegExp] => [
      `what stands for no ${kind}`,
      ['who-opened', '-', '--as', kind],
      /subject: /,
    ]),
    [
      'a path that is none',
      ['who-opened', 'foo', '--as', 'path'],
      /subject: expected a path that begins with \/, received "foo"/,
    ],
    ['a user that is none', ['who-opened', 'foo', '--as', 'user'], /subject: .*22 characters/],
    ['a file that is none', ['who-opened', '/foo', '--as', 'file'], /subject: .*a file id/],
    [
      'a kind of subject that is none',
      ['who-opened', 'x', '--as', 'thing'],
      /--as: expected path, user, grant, file/,
    ],
    [
      'a folder that holds something',
      ['logs', 'generate', '--out', notEmpty],
      /--out: .*not empty/,
    ],
    ['no folder', ['logs', 'generate'], /--out: .*"nothing"/],
    [
      'a folder for a check',
      ['logs', 'generate', '--check', '--out', 'x'],
      /'--out <folder>' cannot be used with option '--check'/,
    ],
    [
      'a form for a check',
      ['logs', 'generate', '--check', '--form', 'v1'],
      /'--form <form>' cannot be used with option '--check'/,
    ],
    [
      'a form that is none',
      ['logs', 'generate', '--out', 'x', '--form', 'csv'],
      /--form: expected v1, v2-text/,
    ],
    [
      'too many lines',
      ['logs', 'generate', '--out', 'x', '--lines', '1e12'],
      /--lines: expected a whole number from 1 to/,
    ],
    ['one tenant', ['logs', 'generate', '--out', 'x', '--tenants', '1'], /--tenants: /],
    ['a day that is none', ['logs', 'generate', '--out', 'x', '--start', 'soon'], /--start: /],
    [
      'a day that no log can write',
      ['logs', 'generate', '--out', 'x', '--start', '+275760-09-13T00:00:00Z'],
      /--start: /,
    ],
    ...[path.join(notEmpty, 'mine.txt'), path.join(notEmpty, 'mine.txt', 'logs'), ''].map(
      (out): [string, readonly string[], RegExp] => [
        `no folder: ${path.basename(out)}`,
        ['logs', 'generate', '--out', out],
        /^edgepass: --out: expected a folder that is empty or does not exist, received/,
      ],
    ),
    ...['--out', '--png'].flatMap((option) =>
      ['missing/r', '', 'mine.txt/r', 'new/'].map((file): [string, readonly string[], RegExp] => [
        `a report that cannot be written: ${option} ${file}`,
        ['logs', 'report', '--source', LOGS, ...DAY, option, `${notEmpty}/${file}`],
        new RegExp(`^edgepass: ${option}: expected a file that can be written`),
      ]),
    ),
  ])('%s', async (_what, arguments_, shown) => {
    const { code, output, complaints } = await run(...arguments_);

    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(complaints).toMatch(shown);
  });

  it('loses nothing of a folder that was refused, and makes none', () => {
    expect(readFileSync(path.join(notEmpty, 'mine.txt'), 'utf8')).toBe('precious');
    expect(existsSync('x')).toBe(false);
  });
});

it('says that an answer is empty, and which limits it was asked with', async () => {
  const command = ['logs', 'query', 'top-offenders', '--source', LOGS, ...DAY];
  const { code, output, complaints } = await run(...command, '--set', 'min_refusals=9999');

  expect(code).toBe(0);
  expect(output.split('\n')).toHaveLength(3);
  expect(complaints).toMatch(
    /^no rows with min_refusals=9999, top=50: \d+ lines of this time, and none is part of the answer$/m,
  );
});

it('lists every question with its own parameters', async () => {
  const { output } = await run('logs', 'list');

  expect(output).toMatch(/^top-files .*\n.*reads traffic; \[--set top=50\]$/m);
  expect(output).toMatch(/^causes-by-tenant .*\n.*reads evidence$/m);
});

it('fits the questions, and an explanation, into a terminal of 80 columns', async () => {
  const request = JSON.stringify({
    ...{ url: 'https://media.example.com/t/acme/a.png', method: 'GET', headers: {} },
    ...{ clientIp: '203.0.113.7', now: 1_767_290_000, publicKeys: {} },
  });
  for (const arguments_ of [
    ['logs', 'list'],
    ['explain-403', request],
  ]) {
    const made = makeContext();
    made.setWidth(80);
    const code = await runProgram(made.context, arguments_);

    expect(code).toBe(0);
    expect(
      made
        .printed()
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  }
});

it('the deployed logs lie where the record says, each place with the order of its keys', () => {
  const logs = {
    ...DEPLOYMENT.logs,
    evidence: { bucket: 'evidence-bucket', prefix: 'evidence/' },
    v1: { bucket: 'v1-bucket', prefix: 'v1/' },
  };

  expect(deliveredPlaces({ ...DEPLOYMENT, logs })).toEqual([
    { bucket: 'logs-bucket', prefix: 'traffic/E1EXAMPLE/', hours: 'folders' },
    { bucket: 'logs-bucket', prefix: 'issued-grants/', hours: 'folders' },
    { bucket: 'evidence-bucket', prefix: 'evidence/E1EXAMPLE/', hours: 'folders' },
    { bucket: 'v1-bucket', prefix: 'v1/E1EXAMPLE.', hours: 'names' },
  ]);
  expect(deliveredPlaces(DEPLOYMENT)).toHaveLength(2);
});
