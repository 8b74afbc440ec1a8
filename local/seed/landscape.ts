import { type Colour, encodePng, type Paint } from './png';

const WIDTH = 640;
const HEIGHT = 420;
const RIDGES = 5;

/** Colours of a landscape: the sky above, the sky at the horizon, the light, the nearest ridge. */
export interface Palette {
  readonly zenith: Colour;
  readonly horizon: Colour;
  readonly light: Colour;
  readonly ground: Colour;
}

function mix(from: Colour, to: Colour, share: number): Colour {
  const part = Math.min(1, Math.max(0, share));
  const channel = (at: 0 | 1 | 2): number => Math.round(from[at] * (1 - part) + to[at] * part);
  return [channel(0), channel(1), channel(2)];
}

function ridgeHeight(x: number, ridge: number, seed: number): number {
  const phase = seed * 1.7 + ridge * 2.3;
  const wave =
    Math.sin(x * (5 + ridge) + phase) * 0.55 +
    Math.sin(x * (13 + ridge * 2) + phase * 1.9) * 0.3 +
    Math.sin(x * 31 + phase * 3.1) * 0.1;
  return 0.5 + ridge * 0.1 - wave * (0.05 + ridge * 0.012);
}

function painter(palette: Palette, seed: number): Paint {
  const lightX = 0.2 + ((seed * 0.37) % 0.6);
  const lightY = 0.24 + ((seed * 0.11) % 0.14);
  // A ridge is as high all along a column: computed once, not for each of its pixels.
  const columns = new Map<number, readonly number[]>();
  const heightsAt = (x: number): readonly number[] => {
    const known = columns.get(x);
    if (known !== undefined) return known;
    const heights = Array.from({ length: RIDGES }, (_, ridge) => ridgeHeight(x, ridge, seed));
    columns.set(x, heights);
    return heights;
  };
  return (x, y) => {
    const heights = heightsAt(x);
    for (let ridge = RIDGES - 1; ridge >= 0; ridge -= 1) {
      if (y < (heights[ridge] ?? 0)) continue;
      return mix(palette.horizon, palette.ground, 0.25 + (ridge / RIDGES) * 0.8);
    }
    const sky = mix(palette.zenith, palette.horizon, y * 1.7);
    const distance = Math.hypot((x - lightX) * (WIDTH / HEIGHT), y - lightY);
    return distance < 0.07 ? palette.light : mix(palette.light, sky, 0.35 + distance * 1.6);
  };
}

/** A seeded landscape as PNG: the same seed always gives the same picture. */
export function paintLandscape(palette: Palette, seed: number): Buffer {
  return encodePng({ width: WIDTH, height: HEIGHT }, painter(palette, seed));
}
