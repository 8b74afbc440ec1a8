import { TENANTS } from '../identity/people';
import { paintLandscape, type Palette } from './landscape';

/** One object to put into the content bucket. */
export interface SeedObject {
  readonly key: string;
  readonly contentType: string;
  readonly body: Buffer;
}

const PALETTES: readonly Palette[] = [
  { zenith: [30, 60, 114], horizon: [247, 183, 129], light: [255, 236, 200], ground: [36, 32, 56] },
  { zenith: [14, 77, 86], horizon: [196, 226, 190], light: [250, 255, 236], ground: [16, 52, 48] },
  { zenith: [75, 30, 92], horizon: [255, 140, 122], light: [255, 224, 178], ground: [45, 16, 48] },
];

const TITLES = ['Morning ridge', 'Long valley', 'Last light'] as const;

function picturesOf(tenant: string, tenantIndex: number): SeedObject[] {
  return TITLES.map((_title, index) => {
    const palette = PALETTES[(tenantIndex + index) % PALETTES.length] ?? PALETTES[0];
    if (palette === undefined) throw new Error('there is always a palette');
    return {
      key: `t/${tenant}/f/picture-${index + 1}/landscape.png`,
      contentType: 'image/png',
      body: paintLandscape(palette, tenantIndex * 10 + index + 1),
    };
  });
}

function listOf(tenant: string, pictures: readonly SeedObject[]): SeedObject {
  const entries = pictures.map(({ key }, index) => ({ title: TITLES[index], path: `/${key}` }));
  return {
    key: `t/${tenant}/gallery.json`,
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify({ tenant, pictures: entries })),
  };
}

/** A few pictures for every tenant, with a list of them that is as private as they are, and one public text. */
export function buildSeedObjects(): readonly SeedObject[] {
  const tenants = TENANTS.flatMap((tenant, index) => {
    const pictures = picturesOf(tenant, index);
    return [...pictures, listOf(tenant, pictures)];
  });
  const notice: SeedObject = {
    key: 'public/notice.txt',
    contentType: 'text/plain; charset=utf-8',
    body: Buffer.from('This text is public: it lies under public/.\n'),
  };
  return [...tenants, notice];
}
