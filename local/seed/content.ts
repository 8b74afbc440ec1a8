import { readdirSync, readFileSync } from 'node:fs';
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

const CLIP_TYPES: Readonly<Record<string, string>> = {
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mp4': 'video/mp4',
  '.m4s': 'video/iso.segment',
};
const PLAYLIST = 'index.m3u8';

/** The playlist and the segments of one HLS clip (RFC 8216). */
function clipOf(tenant: string): SeedObject[] {
  const folder = path.join(projectRoot(), 'local', 'seed', 'clips', tenant);
  return readdirSync(folder).map((file) => ({
    key: `t/${tenant}/f/clip-1/${file}`,
    contentType: CLIP_TYPES[path.extname(file)] ?? 'application/octet-stream',
    body: readFileSync(path.join(folder, file)),
  }));
}

function listOf(
  tenant: string,
  pictures: readonly SeedObject[],
  clip: readonly SeedObject[],
): SeedObject {
  const entries = pictures.map(({ key }, index) => ({ title: TITLES[index], path: `/${key}` }));
  const clips = clip
    .filter(({ key }) => key.endsWith(`/${PLAYLIST}`))
    .map(({ key }) => ({ title: 'The whole way', path: `/${key}`, poster: entries[0]?.path }));
  return {
    key: `t/${tenant}/gallery.json`,
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify({ tenant, pictures: entries, clips })),
  };
}

/**
 * Builds some pictures and a clip for every tenant, a list of them with the same protection, and
 * one public text.
 */
export function buildSeedObjects(): readonly SeedObject[] {
  const tenants = TENANTS.flatMap((tenant) => {
    const [pictures, clip] = [picturesOf(tenant), clipOf(tenant)];
    return [...pictures, ...clip, listOf(tenant, pictures, clip)];
  });
  const notice: SeedObject = {
    key: 'public/notice.txt',
    contentType: 'text/plain; charset=utf-8',
    body: Buffer.from('This text is public: it lies under public/.\n'),
  };
  return [...tenants, notice];
}
