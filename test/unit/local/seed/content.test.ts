import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { parseObjectKey, scopeOfObjectKey } from '#core/tenancy/object-key';
import { buildSeedObjects } from '#local/seed/content';
import { paintLandscape } from '#local/seed/landscape';
import { encodePng } from '#local/seed/png';

const OBJECTS = buildSeedObjects();
const PRIVATE = OBJECTS.filter(({ key }) => !key.startsWith('public/'));

describe('Seeded content', () => {
  it('lies where grants reach it, but for one public text', () => {
    const tenants = PRIVATE.map(({ key }) => scopeOfObjectKey(parseObjectKey(key)).tenant);

    expect([...new Set(tenants)]).toEqual(['acme', 'globex', 'initech']);
    expect(OBJECTS.length - PRIVATE.length).toBe(1);
  });

  it("a tenant's list names that tenant's own pictures and no other", () => {
    const lists = PRIVATE.filter(({ key }) => key.endsWith('gallery.json'));
    const named = lists.map(({ key, body }) => {
      const { tenant, pictures } = JSON.parse(body.toString()) as {
        tenant: string;
        pictures: { path: string }[];
      };
      const known = new Set(PRIVATE.map((object) => `/${object.key}`));
      return (
        key === `t/${tenant}/gallery.json` &&
        pictures.length === 3 &&
        pictures.every(({ path }) => path.startsWith(`/t/${tenant}/`) && known.has(path))
      );
    });

    expect(named).toEqual([true, true, true]);
  });

  it('is the same at every start, and every picture is another one', () => {
    const bodies = PRIVATE.map(({ body }) => createHash('sha256').update(body).digest('hex'));
    const palette = {
      zenith: [30, 60, 114],
      horizon: [247, 183, 129],
      light: [255, 236, 200],
      ground: [36, 32, 56],
    } as const;

    expect(paintLandscape(palette, 1).equals(paintLandscape(palette, 1))).toBe(true);
    expect(new Set(bodies).size).toBe(bodies.length);
  });

  it('pictures are PNG: signature, size, every pixel', () => {
    const png = encodePng({ width: 2, height: 1 }, (x) => [x * 100, 7, 255]);
    const dataAt = png.indexOf('IDAT') + 4;
    const dataLength = png.readUInt32BE(dataAt - 8);

    expect(png.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2, 1]);
    expect([...inflateSync(png.subarray(dataAt, dataAt + dataLength))]).toEqual([
      0, 0, 7, 255, 50, 7, 255,
    ]);
  });
});
