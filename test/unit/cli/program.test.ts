import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runProgram } from '#cli/program';
import { makeContext } from './command-fixture';

it('a local cloud that was stopped is not reachable, and no unknown name', async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'edgepass-stopped-'));
  mkdirSync(path.join(root, '.edgepass', 'other', 'environment'), { recursive: true });
  const { context, complaints } = makeContext();
  const command = ['logs', 'query', 'refusals', '--environment', 'other'];

  expect(await runProgram({ ...context, root }, command)).toBe(3);
  expect(complaints()).toMatch(/other is not running: start it with `npm start -- --name other`/);
  rmSync(root, { recursive: true });
});

describe('exit codes of the command', () => {
  it.each<[string, readonly string[], number, RegExp]>([
    ['help', ['--help'], 0, /^Usage: edgepass/],
    ['a correct environment', ['config', 'check', 'example'], 0, /example\.json: correct/],
    ['an unknown command', ['frobnicate'], 2, /unknown command 'frobnicate'/],
    ['an unknown option', ['down', '--force'], 2, /unknown option '--force'/],
    ['a missing option', ['grant'], 2, /--tenant[^]*see edgepass grant --help/],
    ['a missing argument', ['logs', 'query'], 2, /'name'[^]*see edgepass logs query --help/],
    [
      'a lifetime in words',
      ['grant', '--tenant', 'acme', '--lifetime', 'ten'],
      2,
      /--lifetime: .*"ten"/,
    ],
    ['a bad tenant', ['grant', '--tenant', 'a/b'], 2, /^edgepass: tenant/],
    [
      'an unknown environment',
      ['config', 'check', 'nowhere'],
      2,
      /^edgepass: environment: 1 problem\n {2}name: got "nowhere"/,
    ],
    ['a bad cloud name', ['up', '--name', '../x'], 2, /^edgepass: --name/],
    ['an unknown check', ['check', '--only', 'everything'], 2, /--only.*public-access-block/],
    ['a missing file', ['verify', 'no-such-file'], 2, /^edgepass: file/],
    ['a folder for a file', ['verify', 'docs'], 2, /^edgepass: file: .*received "docs"/],
    [
      'nothing that runs',
      ['grant', '--tenant', 'acme', '--environment', 'environments/local.json'],
      3,
      /is not running/,
    ],
  ])('%s', async (...[, arguments_, exitCode, shown]) => {
    const made = makeContext();
    expect(await runProgram(made.context, arguments_)).toBe(exitCode);
    expect(exitCode === 0 ? made.printed() : made.complaints()).toMatch(shown);
    expect(made.complaints()).not.toMatch(/^ +at /m);
  });
});
