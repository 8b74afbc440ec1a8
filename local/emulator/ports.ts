import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { LOOPBACK_ADDRESS } from '#core/contract/loopback';

const PORT_MAX = 65_535;

/** Returns true if nothing listens on the port of the loopback interface. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: LOOPBACK_ADDRESS, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Finds a loopback port that is free at this moment. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, LOOPBACK_ADDRESS, () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) <= PORT_MAX;
}

function readRemembered(file: string): Record<string, number> {
  if (!existsSync(file)) return {};
  try {
    const remembered = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> | null;
    return Object.fromEntries(
      Object.entries(remembered ?? {}).filter((entry): entry is [string, number] =>
        isPort(entry[1]),
      ),
    );
  } catch {
    // The file is incomplete because a run was killed, so new ports are chosen.
    return {};
  }
}

/**
 * Chooses the ports of the local cloud and stores them in `<folder>/ports.json`. The addresses must
 * not change over restarts, because cookies, the deployed base URL and bookmarks depend on them. A
 * port that another program uses is replaced by a free one.
 */
export async function choosePorts<Name extends string>(
  folder: string,
  preferred: Readonly<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const file = path.join(folder, 'ports.json');
  const remembered = readRemembered(file);
  const chosen: Partial<Record<Name, number>> = {};
  for (const name of Object.keys(preferred) as Name[]) {
    const wanted = remembered[name] ?? preferred[name];
    const usable = !Object.values(chosen).includes(wanted) && (await isPortFree(wanted));
    chosen[name] = usable ? wanted : await findFreePort();
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(chosen, null, 2)}\n`);
  return chosen as Record<Name, number>;
}
