import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { FINGERPRINT_CHARACTERS } from '#core/contract/fingerprint';
import type { FinishedRequest } from '#local/cloudfront/exchange';
import { parseCookieHeader, parseSetCookies } from './session';

/** What must not lie about: found in whatever place, by what it is. */
export interface Finding {
  readonly place: string;
  readonly what: string;
}

/** What gives itself away by its form, whoever made it. */
const FORMS: Readonly<Record<string, RegExp>> = {
  'private key (PEM)': /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\\n]*[A-Za-z0-9+/]{16}/,
  'private key (DER in base64)': /\b(?:MII[CEJ][A-Za-z0-9+/]{80}|MIGHAgEAM|MHcCAQEE)/,
  'access token': /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/,
  'signed cookie': /CloudFront-Signature=[\w~-]{20,}/,
  'signed URL': /[?&]Signature=[\w~-]{40,}/,
};

/** Long enough not to occur by chance, short enough to be found in a line that is cut. */
const NEEDLE_CHARACTERS = 40;

function needlesOfToken(authorization: string | undefined): string[] {
  const [, payload = '', signature = ''] = (authorization ?? '').replace(/^Bearer /, '').split('.');
  return [payload.slice(0, NEEDLE_CHARACTERS), signature.slice(0, NEEDLE_CHARACTERS)];
}

/** The fingerprint at its beginning is meant to be seen; what follows is not. */
function needleOfSignature(signature: string | undefined): string {
  return (signature ?? '').slice(
    FINGERPRINT_CHARACTERS,
    FINGERPRINT_CHARACTERS + NEEDLE_CHARACTERS,
  );
}

function needlesOf({ request, response }: FinishedRequest): string[] {
  const sent = parseCookieHeader(request.headers['cookie'] ?? '');
  const query = new URLSearchParams(request.rawQuery);
  const given = parseSetCookies([response.headers['set-cookie'] ?? []].flat());
  const valuesOf = (name: string): (string | undefined)[] => [
    sent[`CloudFront-${name}`],
    query.get(name) ?? undefined,
    ...given.filter((cookie) => cookie.name === `CloudFront-${name}`).map(({ value }) => value),
  ];
  return [
    ...needlesOfToken(request.headers['authorization']),
    ...valuesOf('Signature').map(needleOfSignature),
    // The head of every policy is the same public text; its times are in the rest.
    ...valuesOf('Policy').map((policy) => (policy ?? '').slice(-NEEDLE_CHARACTERS)),
  ];
}

/** Looks for every token, cookie and signature that an edge saw, and for what has the form of a secret. */
export class SecretScan {
  readonly #needles: readonly string[];

  /** `more`: other texts that are secrets. */
  constructor(served: readonly FinishedRequest[], more: readonly string[] = []) {
    const all = served.flatMap(needlesOf).filter((text) => text.length === NEEDLE_CHARACTERS);
    this.#needles = [...new Set([...all, ...more])];
  }

  /** How many different secrets it knows. */
  get size(): number {
    return this.#needles.length;
  }

  scanText(place: string, text: string): Finding[] {
    const forms = Object.entries(FORMS).filter(([, form]) => form.test(text));
    const seen = this.#needles.some((needle) => text.includes(needle));
    return [
      ...forms.map(([what]) => ({ place, what })),
      ...(seen ? [{ place, what: 'a secret that was in use' }] : []),
    ];
  }

  /** Every file below a folder; our zips are stored without compression, so they are read as they are. */
  scanFolder(folder: string, accept: (file: string) => boolean = () => true): Finding[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter(accept)
      .flatMap((file) => this.scanText(path.relative(folder, file), readFileSync(file, 'latin1')));
  }
}

/** The paths of every string in a JSON document that holds a text. */
export function pathsHolding(document: unknown, text: string, at = ''): string[] {
  if (typeof document === 'string') return document.includes(text) ? [at] : [];
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([key, value]) =>
    pathsHolding(value, text, at === '' ? key : `${at}.${key}`),
  );
}
