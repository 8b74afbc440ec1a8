import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { isHealthy, startEmulator } from '#local/emulator/emulator';
import { findFreePort } from '#local/emulator/ports';
import { projectRoot, readTools } from '#local/emulator/tools';
import { CloudProcess, type CloudProcessSettings, survivorsOf } from '../support/cloud-process';
import { type CommandResult, runEdgepass } from '../support/edgepass-command';
import { openSession } from '../support/session';
import { hangUp, type ReachableCloud, view } from '../support/viewer';

const NAME = 'test-start';
const PICTURE = '/t/acme/f/picture-1/landscape.png';
const HOME = path.join(projectRoot(), '.edgepass', NAME);
const { emulatorPython, node } = readTools(projectRoot());

type Ports = Record<'emulator' | 'edge' | 'identity' | 'gallery', number>;

const readPorts = (): Ports =>
  JSON.parse(readFileSync(path.join(HOME, 'ports.json'), 'utf8')) as Ports;

/**
 * Starts a server of another program on a free loopback port, which stays occupied until it ends.
 */
function holdPort(): Promise<{ server: net.Server; port: number }> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.listen(0, '127.0.0.1', () => {
      resolve({ server, port: (server.address() as net.AddressInfo).port });
    });
  });
}

/**
 * Returns the statuses for a picture of the own tenant, a picture of another tenant, and the own
 * picture without cookies.
 */
async function lookAt(cloud: ReachableCloud): Promise<readonly number[]> {
  const session = await openSession(cloud, 'ada');
  const answers = [
    await session.view(PICTURE),
    await session.view('/t/globex/f/picture-1/landscape.png'),
    await view(cloud, PICTURE),
  ];
  hangUp();
  return answers.map(({ status }) => status);
}

const AS_IT_SHOULD = [200, 403, 403];

/** One run of the command, from its start to its end. */
interface Run {
  readonly pictures: readonly number[];
  readonly text: string;
  readonly exitCode: number;
  /** Command lines of the processes that are still running. */
  readonly left: readonly string[];
}

const started: CloudProcess[] = [];

async function runCloud(
  settings: Partial<CloudProcessSettings> = {},
  meanwhile: (up: CloudProcess, cloud: ReachableCloud) => Promise<void> = () => Promise.resolve(),
): Promise<Run> {
  const up = new CloudProcess({ name: NAME, ...settings });
  started.push(up);
  const cloud = await up.waitUntilUp();
  const pictures = await lookAt(cloud);
  const processes = up.processes();
  await meanwhile(up, cloud);
  if (up.isRunning) up.signal('SIGINT');
  const exitCode = await up.exitCode;
  const left = (await survivorsOf(processes)).map(({ command }) => command);
  return { pictures, text: up.text, exitCode, left };
}

/** Runs the command that the banner prints below a comment. */
async function paste(text: string, comment: string): Promise<string> {
  const lines = text.split('\n').map((line) => line.trim());
  const command = lines[lines.findIndex((line) => line.startsWith(`# ${comment}`)) + 1] ?? '';
  const folder = projectRoot();
  return (await promisify(execFile)('bash', ['-c', command], { cwd: folder })).stdout;
}

const PASTED = {
  'no cookie': '<Code>MissingKey</Code>',
  'log in as Ada': '"path":"/t/acme/"',
  'her own tenant': '200 \n',
  "another tenant's": '403 signature: outside_resource',
  'one character': '403 signature: bad_signature',
  'straight to the bucket': 'pass               direct-s3',
  'a moment later': 'outside_path',
  'one refusal in words': 'no_signature',
  'who opened that picture': 'one person',
} as const;

async function firstStart(): Promise<Run & { readonly busyPort: number }> {
  const { server, port } = await holdPort();
  mkdirSync(HOME, { recursive: true });
  writeFileSync(path.join(HOME, 'ports.json'), JSON.stringify({ edge: port }));
  const run = await runCloud({ throughSetup: true });
  server.close();
  return { ...run, busyPort: port };
}

async function secondStart(): Promise<Run & Pick<Life, 'pasted' | 'twice'>> {
  const pasted: Record<string, string> = {};
  let twice: CommandResult | undefined;
  const run = await runCloud({}, async (up) => {
    for (const comment of Object.keys(PASTED)) pasted[comment] = await paste(up.text, comment);
    twice = await runEdgepass(['up', '--name', NAME]);
    // The process gets the signal twice, as when a process group gets it and one of its processes
    // passes it on.
    up.signal('SIGTERM');
    await up.waitFor('stopping');
    up.signal('SIGTERM');
    await up.exitCode;
  });
  if (twice === undefined) throw new Error('there was no second start');
  return { ...run, pasted, twice };
}

/** Kills the cloud in the middle of its work, so that the emulator keeps running. */
async function killedRun(): Promise<Run> {
  // The incomplete files that a killed run can leave behind.
  writeFileSync(path.join(HOME, 'running.json'), '{"pid": 1');
  const up = new CloudProcess({ name: NAME });
  started.push(up);
  const pictures = await lookAt(await up.waitUntilUp());
  up.signal('SIGKILL');
  const exitCode = await up.exitCode;
  const left = up.processes().map(({ command }) => command);
  return { pictures, text: up.text, exitCode, left };
}

/**
 * Starts over TLS. This is another stack than the one that the emulator stored when it last ended
 * regularly.
 */
async function emulatorKilled(): Promise<Run & { readonly picturesAgain: readonly number[] }> {
  let picturesAgain: readonly number[] = [];
  const run = await runCloud({ arguments: ['--tls'] }, async (up) => {
    process.kill(up.claim.emulatorPid ?? 0, 'SIGKILL');
    picturesAgain = await lookAt(await up.waitUntilUp(2));
    await runEdgepass(['down', '--name', NAME]);
  });
  return { ...run, picturesAgain };
}

async function endedEarly(): Promise<Run> {
  const up = new CloudProcess({ name: NAME });
  started.push(up);
  await up.waitFor('synthesising the stacks');
  const processes = up.processes();
  up.signal('SIGINT');
  const exitCode = await up.exitCode;
  const left = (await survivorsOf(processes)).map(({ command }) => command);
  return { pictures: [], text: up.text, exitCode, left };
}

/** The starts and stops happen once and in order. The tests only check the results. */
interface Life {
  readonly first: Run;
  readonly busyPort: number;
  readonly portsAtFirst: Ports;
  readonly second: Run;
  readonly portsAtSecond: Ports;
  readonly pasted: Readonly<Record<string, string>>;
  readonly twice: CommandResult;
  readonly killed: Run;
  readonly afterKill: Run & { readonly picturesAgain: readonly number[] };
  readonly early: Run;
  readonly downAtLast: CommandResult;
}

async function live(): Promise<Life> {
  rmSync(HOME, { recursive: true, force: true });
  const { busyPort, ...first } = await firstStart();
  const portsAtFirst = readPorts();
  const { pasted, twice, ...second } = await secondStart();
  const portsAtSecond = readPorts();
  const killed = await killedRun();
  const afterKill = await emulatorKilled();
  const early = await endedEarly();
  const downAtLast = await runEdgepass(['down', '--name', NAME]);
  return {
    ...{ first, busyPort, portsAtFirst, second, portsAtSecond, pasted, twice },
    ...{ killed, afterKill, early, downAtLast },
  };
}

function describeOwnEmulator(): void {
  let life: Life;

  beforeAll(async () => {
    life = await live();
  });

  it('shows progress, serves the first picture, and ends without a trace at Ctrl-C', () => {
    const { text, ...first } = life.first;
    expect(first).toEqual({ pictures: AS_IT_SHOULD, exitCode: 0, left: [] });
    expect(text).toMatch(/applying the \w+ stack with Terraform: \d+ of \d+ resources/);
    expect(text).toContain('stopping');
  });

  it('takes another port for a busy one, and stays with it', () => {
    expect(life.portsAtFirst.edge).not.toBe(life.busyPort);
    expect(life.portsAtSecond).toEqual(life.portsAtFirst);
  });

  it('starts again with what it applied before', () => {
    const { text, ...second } = life.second;
    expect(second).toEqual({ pictures: AS_IT_SHOULD, exitCode: 0, left: [] });
    expect(text).not.toMatch(/applying the/);
  });

  it('ends without a trace when it is asked to end twice', () => {
    expect(life.second).toMatchObject({ exitCode: 0, left: [] });
  });

  it.each(Object.entries(PASTED))('prints a line to copy and paste: %s', (comment, shown) => {
    expect(life.pasted[comment]).toContain(shown);
  });

  it('says so when it runs already, with exit code 3', () => {
    expect(life.twice.exitCode).toBe(3);
    expect(life.twice.errorOutput).toMatch(
      /^edgepass: the local cloud already runs in process \d+: stop that one first, or use it\n$/,
    );
  });

  it('does not stumble over a claim that was cut short', () => {
    expect(life.killed.pictures).toEqual(AS_IT_SHOULD);
  });

  it('ends the emulator that a killed run left behind, and works', () => {
    expect(life.killed.left.join()).toContain('serve-ministack.py');
    expect(life.afterKill.text).toContain('ended an emulator that a killed run left behind');
    expect(life.afterKill.pictures).toEqual(AS_IT_SHOULD);
  });

  it('starts a killed emulator again, with the stack and the pictures of now', () => {
    expect(life.afterKill.text).toContain('the AWS emulator ended (signal SIGKILL)');
    expect(life.afterKill.picturesAgain).toEqual(AS_IT_SHOULD);
  });

  it('ends from another terminal with down', () => {
    expect(life.afterKill).toMatchObject({ exitCode: 0, left: [] });
    expect(life.downAtLast).toMatchObject({ exitCode: 0, errorOutput: '' });
    expect(life.downAtLast.output).toContain('is not running');
    expect(existsSync(path.join(HOME, 'running.json'))).toBe(false);
  });

  it('ends at Ctrl-C while it is still starting', () => {
    expect(life.early).toMatchObject({ exitCode: 0, left: [] });
  });
}

afterAll(() => {
  hangUp();
  for (const up of started) up.destroy();
});

if (emulatorPython === null) {
  describe('start and stop', () => {
    it('with an emulator of its own is not run here: AWS_ENDPOINT_URL names an emulator, so none of our own was installed', () => {
      expect(emulatorPython).toBeNull();
    });
  });
} else {
  describe('with an emulator of its own', () => {
    describeOwnEmulator();
  });

  describe('with an emulator that somebody else started', () => {
    it('uses the one in AWS_ENDPOINT_URL and leaves it running', async () => {
      const folder = path.join(HOME, '..', `${NAME}-other`, 'emulator');
      mkdirSync(folder, { recursive: true });
      const other = await startEmulator({
        python: emulatorPython,
        node,
        port: await findFreePort(),
        folder,
        persist: false,
      });
      try {
        const environment = { AWS_ENDPOINT_URL: other.endpoint };
        const name = `${NAME}-other`;
        const { pictures, exitCode, left } = await runCloud({ name, environment });
        expect({ pictures, exitCode, left }).toEqual({
          pictures: AS_IT_SHOULD,
          exitCode: 0,
          left: [],
        });
        expect(await isHealthy(other.endpoint)).toBe(true);
      } finally {
        await other.stop();
      }
    });
  });
}

describe('with an address at which nobody answers', () => {
  it('names AWS_ENDPOINT_URL and ends with 3', async () => {
    const environment = { AWS_ENDPOINT_URL: `http://127.0.0.1:${await findFreePort()}` };
    const { exitCode, errorOutput } = await runEdgepass(['up', '--name', `${NAME}-no`], {
      environment,
    });
    expect(exitCode).toBe(3);
    expect(errorOutput).toMatch(/^edgepass: AWS_ENDPOINT_URL: no emulator answers at http.*\n$/);
  });

  it.each(['grant', 'check'])('edgepass %s says what is not running, with 3', async (command) => {
    const more = command === 'grant' ? ['--tenant', 'acme'] : [];
    const { exitCode, errorOutput } = await runEdgepass([command, ...more], {
      environment: { AWS_ENDPOINT_URL: `http://127.0.0.1:${await findFreePort()}` },
    });
    expect(exitCode).toBe(3);
    expect(errorOutput).toContain('environment local does not answer');
  });
});
