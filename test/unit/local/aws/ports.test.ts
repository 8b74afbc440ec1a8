import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { choosePorts, findFreePort } from '../../../../local/aws/ports';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'edgepass-ports-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const remembered = (): unknown =>
  JSON.parse(readFileSync(path.join(folder, 'ports.json'), 'utf8')) as unknown;

describe('choosePorts', () => {
  it('takes the preferred ports, and the same ones the next time', async () => {
    const preferred = { edge: await findFreePort(), gallery: await findFreePort() };
    expect(await choosePorts(folder, preferred)).toEqual(preferred);
    expect(remembered()).toEqual(preferred);
    const others = { edge: await findFreePort(), gallery: await findFreePort() };
    expect(await choosePorts(folder, others)).toEqual(preferred);
  });

  it('takes another one for a port that somebody holds, and stays with it', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as net.AddressInfo;
    const { edge } = await choosePorts(folder, { edge: port });
    expect(edge).not.toBe(port);
    await new Promise((resolve) => server.close(resolve));
    expect(await choosePorts(folder, { edge: port })).toEqual({ edge });
  });

  it('never gives one port to two parts', async () => {
    const port = await findFreePort();
    const { edge, gallery } = await choosePorts(folder, { edge: port, gallery: port });
    expect(edge).not.toBe(gallery);
  });

  it.each([
    '{"edge": 46',
    'null',
    '[]',
    '"x"',
    '{"edge":99999999}',
    '{"edge":"80"}',
    '{"edge":-1}',
    '{"edge":0}',
    '{"edge":1.5}',
    '{"edge":null}',
  ])('forgets what is no port: %s', async (text) => {
    writeFileSync(path.join(folder, 'ports.json'), text);
    const port = await findFreePort();
    expect(await choosePorts(folder, { edge: port })).toEqual({ edge: port });
  });
});
