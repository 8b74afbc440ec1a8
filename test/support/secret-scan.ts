import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { FINGERPRINT_CHARACTERS } from '#core/contract/fingerprint';
import type { FinishedRequest } from '#local/cloudfront/exchange';
import { parseCookieHeader, parseSetCookies } from './session';

/** A secret that must not be found in any place, with its description. */
export interface Finding {
  readonly place: string;
  readonly what: string;
}

/** Patterns of secrets that can be recognised by their form. */
const FORMS: Readonly<Record<string, RegExp>> = {
  'private key (PEM)': /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\\n]*[A-Za-z0-9+/]{16}/,
  'private key (DER in base64)': /\b(?:MII[CEJ][A-Za-z0-9+/]{80}|MIGHAgEAM|MHcCAQEE)/,
  'access token': /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/,
  'signed cookie': /CloudFront-Signature=[\w~-]{20,}/,
  'signed URL': /[?&]Signature=[\w~-]{40,}/,
};

/**
 * The length of the searched part: long enough not to occur by chance, short enough to be found in
 * a cut line.
 */
const NEEDLE_CHARACTERS = 40;

function needlesOfToken(authorization: string | undefined): string[] {
  const [, payload = '', signature = ''] = (authorization ?? '').replace(/^Bearer /, '').split('.');
  return [payload.slice(0, NEEDLE_CHARACTERS), signature.slice(0, NEEDLE_CHARACTERS)];
}

/** The fingerprint at the beginning is not secret; the rest of the signature is. */
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
    // The beginning of every policy is the same public text. Its times are in the rest.
    ...valuesOf('Policy').map((policy) => (policy ?? '').slice(-NEEDLE_CHARACTERS)),
  ];
}

/**
 * Searches for every token, cookie and signature that an edge has received, and for texts in the
 * form of a secret.
 */
export class SecretScan {
  readonly #needles: readonly string[];

  /** `more` are other texts that are secret. */
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

  /**
   * Scans every file below a folder. This project's zip files are not compressed, so they are read
   * like other files.
   */
  scanFolder(folder: string, accept: (file: string) => boolean = () => true): Finding[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter(accept)
      .flatMap((file) => this.scanText(path.relative(folder, file), readFileSync(file, 'latin1')));
  }
}

/** Returns the paths of every string in a JSON document that contains a text. */
export function pathsHolding(document: unknown, text: string, at = ''): string[] {
  if (typeof document === 'string') return document.includes(text) ? [at] : [];
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([key, value]) =>
    pathsHolding(value, text, at === '' ? key : `${at}.${key}`),
  );
}
