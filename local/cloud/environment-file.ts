import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Addresses of the parts of a local cloud. */
export interface LocalAddresses {
  readonly contentBaseUrl: string;
  readonly galleryOrigin: string;
  /** Address of the gallery under a second host, which browsers treat as another site. */
  readonly otherSiteOrigin: string;
  readonly tokenIssuer: string;
}

/** Returns the keys that differ from the committed local environment, for the given addresses. */
export type EnvironmentChanges = (addresses: LocalAddresses) => Readonly<Record<string, unknown>>;

interface EnvironmentDocument {
  contentHost?: unknown;
  appOrigins?: unknown;
  name?: unknown;
  issuers?: Record<string, unknown>[];
}

/**
 * Writes the environment file that is applied. It is the committed local environment with the
 * addresses of this machine and the name of this cloud.
 */
export function writeEnvironmentFile(settings: {
  readonly template: string;
  readonly folder: string;
  readonly name: string;
  readonly addresses: LocalAddresses;
  readonly changes?: EnvironmentChanges;
}): string {
  const { addresses, changes } = settings;
  const document = JSON.parse(readFileSync(settings.template, 'utf8')) as EnvironmentDocument;
  const local = {
    ...document,
    $schema: undefined,
    name: settings.name,
    contentHost: { localBaseUrl: addresses.contentBaseUrl },
    appOrigins: [addresses.galleryOrigin],
    issuers: (document.issuers ?? []).map((issuer) => ({
      ...issuer,
      issuer: addresses.tokenIssuer,
      jwksUrl: `${addresses.tokenIssuer}/jwks`,
    })),
    ...changes?.(addresses),
  };
  const file = path.join(settings.folder, 'environment', `${settings.name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(local, null, 2)}\n`);
  return file;
}
