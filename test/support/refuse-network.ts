import net from 'node:net';

// Unit tests must not use the network. A test that needs it belongs to the integration layer.
net.Socket.prototype.connect = function refuseConnect(): never {
  throw new Error(
    'This test layer has no network: inject the client, or move the test to test/integration',
  );
};
