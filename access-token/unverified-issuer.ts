import { base64url } from 'jose';
import { accept, type Outcome, refuse } from '#core/outcome';
import type { RefusalReason } from '#core/refusals';

/**
 * Maximum length of a token (J-10). A token of Clerk or Cognito has about 1 KB. API Gateway accepts
 * 10 KB of headers in total.
 */
const TOKEN_CHARACTERS_MAX = 6 * 1024;
const KID_CHARACTERS_MAX = 128;
const JSON_DEPTH_MAX = 8;

const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const KID = /^[A-Za-z0-9._~=-]+$/;
/**
 * Header members that are refused (J-03): keys inside the token, and extensions that a verifier
 * would have to support.
 */
const REFUSED_HEADER_MEMBERS = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64', 'zip', 'enc'];

/** The parts of a token that select the issuer and the key. They are NOT verified yet. */
export interface UnverifiedSelection {
  readonly unverifiedTokenIssuer: string;
  readonly unverifiedKid: string;
  readonly unverifiedTyp: string | undefined;
}

export type SelectionOutcome = Outcome<UnverifiedSelection, RefusalReason>;

/**
 * Returns whether a JSON text has few levels. `JSON.parse` is recursive, so a deeply nested text
 * from outside is refused before it is parsed.
 */
function isShallow(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > JSON_DEPTH_MAX) return false;
  }
  return true;
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!isShallow(text)) return undefined;
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.assign(Object.create(null) as Record<string, unknown>, value)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Decodes base64url and accepts only the canonical encoding of a value (RFC 7515 appendix C). jose
 * also accepts a last character whose unused bits are not zero.
 */
function decodeCanonical(segment: string): Uint8Array | undefined {
  if (segment.length % 4 === 1) return undefined;
  const bytes = base64url.decode(segment);
  return base64url.encode(bytes) === segment ? bytes : undefined;
}

function selectFrom(
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
): SelectionOutcome {
  if (REFUSED_HEADER_MEMBERS.some((member) => member in header)) {
    return refuse('token-header-refused');
  }
  if (header['alg'] !== 'RS256') return refuse('token-algorithm-refused');
  const { kid, typ } = header;
  if (kid === undefined) return refuse('kid-missing');
  if (typeof kid !== 'string' || kid.length > KID_CHARACTERS_MAX || !KID.test(kid)) {
    return refuse('kid-malformed');
  }
  const { iss } = claims;
  if (typeof iss !== 'string') return refuse('token-issuer-unknown');
  return accept({
    unverifiedTokenIssuer: iss,
    unverifiedKid: kid,
    unverifiedTyp: typeof typ === 'string' ? typ : undefined,
  });
}

/**
 * Reads from a token only what is needed to select the issuer and the key. This is the only code
 * that reads a token before its signature is verified (J-19). It refuses a token that could be read
 * in two ways (J-10), that contains its own keys (J-03), that has another algorithm than RS256
 * (J-01), or whose `kid` is missing or malformed (J-02).
 */
export function readUnverifiedSelection(token: string): SelectionOutcome {
  if (token.length > TOKEN_CHARACTERS_MAX) return refuse('token-oversized');
  if (!COMPACT_JWS.test(token)) return refuse('token-malformed');
  const segments = token.split('.').map(decodeCanonical);
  const [headerBytes, claimBytes, signature] = segments;
  if (!headerBytes || !claimBytes || !signature) return refuse('token-malformed');
  const header = parseObject(headerBytes);
  const claims = parseObject(claimBytes);
  if (header === undefined || claims === undefined) return refuse('token-malformed');
  return selectFrom(header, claims);
}
