import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { LocalCloud } from '#local/cloud/local-cloud';

/** The addresses of a cloud for viewers, independent of the process in which it runs. */
export interface ReachableCloud extends Pick<LocalCloud, 'addresses'> {
  readonly certificate: { readonly authorityFile: string } | undefined;
}

/** A request of a viewer. The path is sent byte for byte; a URL class would change it. */
export interface ViewerInput {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** The answer to a viewer. */
export interface ViewerAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly setCookies: readonly string[];
  readonly body: Buffer;
  readonly text: string;
  /** The reason for which the local edge refused, without the name of the check. */
  readonly refusal: string | undefined;
}

const agents = {
  http: new http.Agent({ keepAlive: true, maxSockets: 16 }),
  https: new https.Agent({ keepAlive: true, maxSockets: 16 }),
};

/** Closes the connections that viewers keep open. */
export function hangUp(): void {
  agents.http.destroy();
  agents.https.destroy();
}

/** Sends one request to an address. */
export async function sendTo(
  baseUrl: string,
  input: ViewerInput,
  authorityFile?: string,
): Promise<ViewerAnswer> {
  const { protocol, hostname, port } = new URL(baseUrl);
  const encrypted = protocol === 'https:';
  const options = {
    hostname,
    port,
    method: input.method ?? 'GET',
    path: input.path,
    headers: { ...input.headers } as http.OutgoingHttpHeaders,
    agent: encrypted ? agents.https : agents.http,
    ...(authorityFile !== undefined && { ca: readFileSync(authorityFile) }),
  };
  const exchange = (): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const outgoing = (encrypted ? https : http).request(options, resolve);
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection just when it was used again: nothing arrived there.
        const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET';
        if (isStale) exchange().then(resolve, reject);
        else reject(error);
      });
      outgoing.end(input.body);
    });
  const incoming = await exchange();
  const body = await buffer(incoming);
  const refusal = incoming.headers['x-edgepass-refusal'];
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    setCookies: incoming.headers['set-cookie'] ?? [],
    body,
    text: body.toString('utf8'),
    refusal: typeof refusal === 'string' ? refusal : undefined,
  };
}

/** Sends one request to a cloud's edge. */
export function view(
  { addresses, certificate }: ReachableCloud,
  request: string | ViewerInput,
): Promise<ViewerAnswer> {
  const input = typeof request === 'string' ? { path: request } : request;
  return sendTo(addresses.contentBaseUrl, input, certificate?.authorityFile);
}
