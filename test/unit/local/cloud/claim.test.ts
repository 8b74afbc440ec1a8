import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudClaim, findRunningCloud } from '#local/cloud/claim';
import { AlreadyRunningError } from '#local/cloud/cloud-errors';
import { commandLineOf } from '#local/cloud/process';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'edgepass-claim-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const CLOUD = {
  endpoint: 'http://127.0.0.1:1',
  serviceEndpoints: { AWS_ENDPOINT_URL_ATHENA: 'http://127.0.0.1:3' },
  environmentFile: '/environment.json',
};
const write = (claim: unknown): void => {
  writeFileSync(path.join(folder, 'running.json'), JSON.stringify(claim));
};
/** A living process that is not ours: the one that started this test. */
const other = (): { pid: number; commandLine: string | undefined } => ({
  pid: process.ppid,
  commandLine: commandLineOf(process.ppid),
});

describe('CloudClaim', () => {
  it('says where the cloud is, until it is released', async () => {
    const { claim, endedLeftover } = await CloudClaim.take(folder);
    expect(endedLeftover).toBe(false);
    expect(findRunningCloud(folder)).toBeUndefined();
    claim.announce(CLOUD, undefined);
    expect(findRunningCloud(folder)).toEqual({ ...CLOUD, pid: process.pid });
    claim.release();
    expect(findRunningCloud(folder)).toBeUndefined();
    expect(existsSync(path.join(folder, 'running.json'))).toBe(false);
  });

  it('is refused while another process holds it, naming that process', async () => {
    write({ ...other(), ...CLOUD });
    await expect(CloudClaim.take(folder)).rejects.toThrow(AlreadyRunningError);
    await expect(CloudClaim.take(folder)).rejects.toThrow(`in process ${process.ppid}`);
    expect(findRunningCloud(folder)).toEqual({ ...CLOUD, pid: process.ppid });
  });

  it.each<[string, unknown]>([
    ['a process that ended', { pid: 2_147_483_646, ...CLOUD }],
    [
      'a process whose id another one has by now',
      { pid: process.ppid, commandLine: 'edgepass up' },
    ],
    ['nothing', null],
    ['no process', { ...CLOUD }],
    ['an id that is none', { pid: '1', ...CLOUD }],
    ['an emulator that is no emulator', { pid: 2_147_483_646, emulatorPid: 1, ...CLOUD }],
  ])('is free when it is held by %s', async (_title, held) => {
    write(held);
    expect(findRunningCloud(folder)).toBeUndefined();
    const { claim, endedLeftover } = await CloudClaim.take(folder);
    expect(endedLeftover).toBe(false);
    claim.release();
  });

  it('is free when the file was cut short', async () => {
    writeFileSync(path.join(folder, 'running.json'), '{"pid": 1');
    expect(findRunningCloud(folder)).toBeUndefined();
    await expect(CloudClaim.take(folder)).resolves.toMatchObject({ endedLeftover: false });
  });
});
