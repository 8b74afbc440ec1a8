import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { choosePorts, findFreePort, isPortFree } from '#local/emulator/ports';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'edgepass-ports-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Holds a port of the loopback interface while something runs. */
async function whileTaken<Result>(work: (port: number) => Promise<Result>): Promise<Result> {
  const server = net.createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    return await work((server.address() as net.AddressInfo).port);
  } finally {
    server.close();
  }
}

describe('Ports of the local cloud', () => {
  it('stay the same over restarts', async () => {
    const preferred = { edge: await findFreePort(), emulator: await findFreePort() };
    const first = await choosePorts(folder, preferred);
    const second = await choosePorts(folder, { edge: 1, emulator: 2 });

    expect(first).toEqual(preferred);
    expect(second).toEqual(first);
  });

  it('a port that somebody else holds is replaced, and the replacement remembered', async () => {
    await whileTaken(async (taken) => {
      const { edge } = await choosePorts(folder, { edge: taken });

      expect(await isPortFree(taken)).toBe(false);
      expect(edge).not.toBe(taken);
      expect(JSON.parse(readFileSync(path.join(folder, 'ports.json'), 'utf8'))).toEqual({ edge });
    });
  });

  it('no two parts get one port', async () => {
    const port = await findFreePort();
    const chosen = await choosePorts(folder, { edge: port, emulator: port, identity: port });

    expect(new Set(Object.values(chosen)).size).toBe(3);
  });

  it('a file that a killed run cut short is written anew', async () => {
    writeFileSync(path.join(folder, 'ports.json'), '{"edge": 46');
    const edge = await findFreePort();

    expect(await choosePorts(folder, { edge })).toEqual({ edge });
  });
});
