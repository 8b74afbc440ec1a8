import net from 'node:net';
import { LOOPBACK_ADDRESS } from '#core/contract/loopback';

/** Ports that are kept until the parts that are to have them are started. */
export interface PortReservation {
  /** Gives the ports free. */
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
 * Holds ports of loopback: half a minute of Terraform lies between their choice and their use, in which
 * another cloud would take them.
 *
 * @throws Error when somebody was faster.
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
