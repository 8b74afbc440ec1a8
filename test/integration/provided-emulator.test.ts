import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { provideEmulator } from '#local/cloud/provide-emulator';

let server: Server;

beforeAll(async () => {
  server = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
});

const provide = (endpoint: string): Promise<unknown> =>
  provideEmulator({
    tools: {} as never,
    folder: '/nowhere',
    port: 0,
    processEnvironment: { AWS_ENDPOINT_URL: endpoint },
    reset: false,
    isUpToDate: () => Promise.resolve(true),
    onProgress: () => undefined,
  });

it('takes any emulator that answers, whatever its health page is', async () => {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  expect(await provide(endpoint)).toEqual({ endpoint, emulator: undefined });
});

it.each([
  ['http://127.0.0.1:1', /no emulator answers at http:\/\/127\.0\.0\.1:1 \(/],
  ['not a url', /no emulator answers at not a url \(/],
])('says why nothing answers at %s', async (endpoint, message) => {
  await expect(provide(endpoint)).rejects.toThrow(message);
});
