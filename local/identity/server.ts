import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Provider } from 'oidc-provider';
import { LOOPBACK_ADDRESS } from '#core/contract/loopback';
import { renderLoginPage } from './login-page';
import { findPerson } from './people';
import {
  API_RESOURCE,
  API_SCOPE,
  createProvider,
  GALLERY_CLIENT_ID,
  type IdentitySettings,
  issueAccessToken,
} from './provider';

const FORM_BYTES_MAX = 1_024;

/** A running identity provider. */
export interface IdentityServer {
  readonly tokenIssuer: string;
  stop(): Promise<void>;
}

type Exchange = readonly [IncomingMessage, ServerResponse];

function answer(
  response: ServerResponse,
  status: number,
  body: { type: string; text: string },
): void {
  response.writeHead(status, { 'content-type': body.type, 'cache-control': 'no-store' });
  response.end(body.text);
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  answer(response, status, { type: 'text/plain; charset=utf-8', text: `${reason}\n` });
}

async function showLogin(provider: Provider, [request, response]: Exchange): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  answer(response, 200, { type: 'text/html; charset=utf-8', text: await renderLoginPage(uid) });
}

async function finishLogin(provider: Provider, [request, response]: Exchange): Promise<void> {
  await provider.interactionDetails(request, response);
  // Browsers send the length of a form. A request without a length is not read.
  if (!(Number(request.headers['content-length'] ?? Infinity) <= FORM_BYTES_MAX)) {
    refuse(response, 413, `the form: at most ${FORM_BYTES_MAX} bytes, and a content-length`);
    return;
  }
  const form = new URLSearchParams(await text(request));
  const person = findPerson(form.get('person') ?? '');
  if (person === undefined) {
    refuse(response, 400, 'person: not one of the local people');
    return;
  }
  // The gallery belongs to this project, so choosing a person also counts as consent.
  const grant = new provider.Grant({ accountId: person.id, clientId: GALLERY_CLIENT_ID });
  grant.addOIDCScope(`openid ${API_SCOPE}`);
  grant.addResourceScope(API_RESOURCE, API_SCOPE);
  await provider.interactionFinished(request, response, {
    login: { accountId: person.id },
    consent: { grantId: await grant.save() },
  });
}

async function giveAccessToken(provider: Provider, [request, response]: Exchange): Promise<void> {
  const person = findPerson((request.url ?? '').split('/')[2] ?? '');
  // Only command line programs get a token here. A page in a browser must use the login.
  if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined) {
    refuse(response, 403, 'this address is for the command line, not for pages');
  } else if (person === undefined) {
    refuse(response, 404, 'no such person');
  } else {
    answer(response, 200, {
      type: 'text/plain',
      text: await issueAccessToken(provider, person.id),
    });
  }
}

async function route(provider: Provider, exchange: Exchange): Promise<void> {
  const [request, response] = exchange;
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const named = `${request.method ?? 'GET'} ${path}`;
  if (/^GET \/interaction\/[\w-]+$/.test(named)) return showLogin(provider, exchange);
  if (/^POST \/interaction\/[\w-]+$/.test(named)) return finishLogin(provider, exchange);
  if (/^POST \/people\/[\w-]+\/access-token$/.test(named))
    return giveAccessToken(provider, exchange);
  return provider.callback()(request, response);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK_ADDRESS, resolve);
  });
}

/** Starts the identity provider on a loopback port. */
export async function startIdentityServer(
  settings: IdentitySettings & { readonly port: number },
): Promise<IdentityServer> {
  const provider = createProvider(settings);
  const server = createServer((request, response) => {
    route(provider, [request, response]).catch((error: unknown) => {
      if (!response.headersSent) {
        refuse(response, 400, error instanceof Error ? error.message : 'the login could not go on');
      }
    });
  });
  await listen(server, settings.port);
  return {
    tokenIssuer: settings.tokenIssuer,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
