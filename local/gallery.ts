import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { LOOPBACK_ADDRESS } from '#core/contract/loopback';
import { GALLERY_CLIENT_ID } from './identity/provider';

/** The settings that the page loads from `/settings.json`. */
export interface GallerySettings {
  readonly contentBaseUrl: string;
  readonly tokenIssuer: string;
  /** Tenants whose pictures the page tries to open, independent of who is logged in. */
  readonly tenants: readonly string[];
}

/** A running gallery. */
export interface GalleryServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** The folder of the gallery and its settings. */
export interface GalleryServerSettings {
  /** Root folder of the checkout. */
  readonly root: string;
  /** Folder of the bundled scripts. */
  readonly scripts: string;
  readonly port: number;
  /**
   * The certificate for TLS. Page and content must have the same scheme, otherwise browsers treat
   * them as two sites.
   */
  readonly certificate?: { readonly certificate: string; readonly privateKey: string };
}

/**
 * Serves the example gallery: static files, its built scripts and the addresses of this cloud.
 */
export function startGallery(
  { root, scripts, port, certificate }: GalleryServerSettings,
  settings: GallerySettings,
): Promise<GalleryServer> {
  const folder = path.join(root, 'examples', 'gallery', 'public');
  const encrypted = certificate && {
    createServer,
    serverOptions: { cert: certificate.certificate, key: certificate.privateKey },
  };
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
    context.header('referrer-policy', 'no-referrer');
  });
  app.get('/settings.json', (context) =>
    context.json({ ...settings, clientId: GALLERY_CLIENT_ID }),
  );
  app.get('/', (context) => context.html(readFileSync(path.join(folder, 'index.html'), 'utf8')));
  for (const served of [folder, scripts])
    app.use('/*', serveStatic({ root: path.relative(process.cwd(), served) }));
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch: app.fetch, port, hostname: LOOPBACK_ADDRESS, ...encrypted },
      (address: AddressInfo) => {
        resolve({
          port: address.port,
          stop: () =>
            new Promise((stopped) => {
              server.close(() => {
                stopped();
              });
              if ('closeAllConnections' in server) server.closeAllConnections();
            }),
        });
      },
    );
    server.once('error', reject);
  });
}
