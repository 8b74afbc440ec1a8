import { createHash } from 'node:crypto';
import { Resvg } from '@resvg/resvg-js';
import { parseObjectKey, scopeOfObjectKey } from '#core/tenancy/object-key';
import { buildSeedObjects } from '#local/seed/content';

const OBJECTS = buildSeedObjects();
const PRIVATE = OBJECTS.filter(({ key }) => !key.startsWith('public/'));

describe('Seeded content', () => {
  it('lies where grants reach it, but for one public text', () => {
    const tenants = PRIVATE.map(({ key }) => scopeOfObjectKey(parseObjectKey(key)).tenant);

    expect([...new Set(tenants)]).toEqual(['acme', 'globex', 'initech']);
    expect(OBJECTS.length - PRIVATE.length).toBe(1);
  });

  it("a tenant's list names that tenant's own files and no other", () => {
    const lists = PRIVATE.filter(({ key }) => key.endsWith('gallery.json'));
    const named = lists.map(({ key, body }) => {
      const { tenant, pictures, clips } = JSON.parse(body.toString()) as {
        tenant: string;
        pictures: { path: string }[];
        clips: { path: string; poster: string }[];
      };
      const paths = [...pictures, ...clips].map(({ path }) => path);
      const known = new Set(PRIVATE.map((object) => `/${object.key}`));
      return (
        key === `t/${tenant}/gallery.json` &&
        pictures.length === 3 &&
        clips.length === 1 &&
        [...paths, ...clips.map(({ poster }) => poster)].every(
          (path) => path.startsWith(`/t/${tenant}/`) && known.has(path),
        )
      );
    });

    expect(named).toEqual([true, true, true]);
  });

  it('every picture and every part of a clip is another one', () => {
    const seen = PRIVATE.filter(({ key }) => /\.(?:png|m4s)$/.test(key));
    const bodies = seen.map(({ body }) => createHash('sha256').update(body).digest('hex'));

    expect(new Set(bodies).size).toBe(bodies.length);
  });

  it('a clip has every part that its playlist names, and is a few hundred kilobytes', () => {
    const playlists = PRIVATE.filter(({ key }) => key.endsWith('.m3u8'));
    const known = new Map(PRIVATE.map(({ key, body }) => [key, body]));
    const sizes = playlists.map(({ key, body }) => {
      const text = body.toString();
      const parts = [...text.matchAll(/URI="([^"]+)"|^([^#\n].*)$/gm)].map(
        ([, first, part]) => first ?? part ?? '',
      );
      expect(parts.length).toBeGreaterThan(9);
      return parts
        .map((part) => known.get(key.replace('index.m3u8', part))?.length ?? NaN)
        .reduce((sum, size) => sum + size, 0);
    });
    expect(sizes).toHaveLength(3);
    for (const size of sizes) expect(size).toBeLessThan(300_000);
  });

  it('pictures are whole PNG files, a few hundred kilobytes together', () => {
    const pictures = PRIVATE.filter(({ contentType }) => contentType === 'image/png');
    const drawn = pictures.map(({ body }) => {
      // resvg is an independent decoder: it draws the image in the SVG, or nothing if the image is
      // not valid.
      const href = `data:image/png;base64,${body.toString('base64')}`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><image width="8" height="8" preserveAspectRatio="none" href="${href}"/></svg>`;
      return new Set(new Resvg(svg).render().pixels).size > 8;
    });

    expect(pictures).toHaveLength(9);
    expect(drawn).toEqual(pictures.map(() => true));
    expect(pictures.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThan(300_000);
  });
});
