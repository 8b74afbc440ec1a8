import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../emulator/tools';
import { TENANTS } from '../identity/people';

/** An object to put into the content bucket. */
export interface SeedObject {
  readonly key: string;
  readonly contentType: string;
  readonly body: Buffer;
}

const TITLES = ['Morning ridge', 'Long valley', 'Last light'] as const;

function picturesOf(tenant: string): SeedObject[] {
  const folder = path.join(projectRoot(), 'local', 'seed', 'pictures');
  return TITLES.map((_title, index) => ({
    key: `t/${tenant}/f/picture-${index + 1}/landscape.png`,
    contentType: 'image/png',
    body: readFileSync(path.join(folder, `${tenant}-${index + 1}.png`)),
  }));
}

function listOf(tenant: string, pictures: readonly SeedObject[]): SeedObject {
  const entries = pictures.map(({ key }, index) => ({ title: TITLES[index], path: `/${key}` }));
  return {
    key: `t/${tenant}/gallery.json`,
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify({ tenant, pictures: entries })),
  };
}

/**
 * Builds some pictures for every tenant, a list of them with the same protection, and one public
 * text.
 */
export function buildSeedObjects(): readonly SeedObject[] {
  const tenants = TENANTS.flatMap((tenant) => {
    const pictures = picturesOf(tenant);
    return [...pictures, listOf(tenant, pictures)];
  });
  const notice: SeedObject = {
    key: 'public/notice.txt',
    contentType: 'text/plain; charset=utf-8',
    body: Buffer.from('This text is public: it lies under public/.\n'),
  };
  return [...tenants, notice];
}
