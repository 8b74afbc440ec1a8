import net from 'node:net';

// Unit layers decide from their input alone: a test that needs the network belongs to the integration layer.
net.Socket.prototype.connect = function refuseConnect(): never {
  throw new Error(
    'This test layer has no network: inject the client, or move the test to test/integration',
  );
};
