import net from 'node:net';
import { LOOPBACK_ADDRESS } from '#core/contract/loopback';

/** Ports that are reserved until the programs that need them are started. */
export interface PortReservation {
  /** Releases the ports. */
  stop(): Promise<void>;
}

function hold(port: number): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(port, LOOPBACK_ADDRESS, () => {
      resolve(server);
    });
  });
}

function close(server: net.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

/**
 * Reserves loopback ports. Between choosing the ports and using them, Terraform runs for half a
 * minute, and another cloud could take the ports.
 *
 * @throws Error when another process already uses one of them
 */
export async function reservePorts(ports: readonly number[]): Promise<PortReservation> {
  const held = await Promise.allSettled(ports.map(hold));
  const servers = held.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.splice(0).map(close));
  };
  const failed = held.find((one) => one.status === 'rejected');
  if (failed === undefined) return { stop };
  await stop();
  throw failed.reason;
}
