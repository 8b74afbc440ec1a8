import { reservePorts } from '#local/cloud/port-reservation';
import { findFreePort, isPortFree } from '#local/emulator/ports';

describe('reservePorts', () => {
  it('keeps ports from others until it is stopped', async () => {
    const ports = [await findFreePort(), await findFreePort()];
    const reservation = await reservePorts(ports);
    expect(await Promise.all(ports.map(isPortFree))).toEqual([false, false]);
    await reservation.stop();
    expect(await Promise.all(ports.map(isPortFree))).toEqual([true, true]);
    await expect(reservation.stop()).resolves.toBeUndefined();
  });

  it('keeps none when one of them is taken', async () => {
    const [free, taken] = [await findFreePort(), await findFreePort()];
    const other = await reservePorts([taken]);
    await expect(reservePorts([free, taken])).rejects.toThrow('EADDRINUSE');
    expect(await isPortFree(free)).toBe(true);
    await other.stop();
  });
});
