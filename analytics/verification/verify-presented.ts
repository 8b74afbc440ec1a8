import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '#configuration/package-folder';
import { CREDENTIAL_NAMES, type CredentialPart } from '#core/contract/credential-names';
import { InputError } from '#core/errors';
import { epochSeconds } from '#core/policy/epoch-seconds';
import { parseKeyPairId } from '#core/signing/signer';
import { normalizePublicKeyText } from '#core/verification/public-key-text';
import { parseTrustedPublicKey, type TrustedKeys } from '#core/verification/trusted-key';
import {
  DEFAULT_SWITCHES,
  type Verdict,
  verifyViewerRequest,
} from '#core/verification/verify-viewer-request';
import { parseQuery } from '../catalog';
import type { Cell, QueryEngine } from '../engines/engine';
import { renderQuery, type SignatureVerdict } from '../render-query';
import { isSignatureValid } from './is-signature-valid';

const QUERY_FILE = 'presented-credentials.sql';
/** Time and address are not checked here: the SQL does that. */
const ANY_TIME = epochSeconds(0);
const ANY_ADDRESS = '192.0.2.1';
/** Public keys in PEM by key pair id, as for `edgepass verify`. */
export type PublicKeys = Readonly<Record<string, string>>;

/**
 * Reads public keys.
 *
 * @throws {InputError} naming the key that is not one
 */
export function parsePublicKeys(publicKeys: PublicKeys): TrustedKeys {
  return new Map(
    Object.entries(publicKeys).map(([keyPairId, pem]) => {
      try {
        const key = parseTrustedPublicKey(normalizePublicKeyText(pem), {
          allowTestKeySizes: false,
        });
        return [parseKeyPairId(keyPairId), key] as const;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        throw error.withField(`publicKeys.${keyPairId}`);
      }
    }),
  );
}

/** One row of the query: the credentials of one client. */
interface PresentedRow {
  readonly credentialsDigest: string;
  readonly url: string;
  readonly parts: Readonly<Record<CredentialPart, Cell>>;
}

function toPresentedRow(cells: readonly Cell[]): PresentedRow {
  const [digest, url, keyPairId, policy, expires, signature, hashAlgorithm] = cells;
  return {
    credentialsDigest: String(digest),
    url: String(url),
    parts: {
      keyPairId: keyPairId ?? null,
      policy: policy ?? null,
      expires: expires ?? null,
      signature: signature ?? null,
      hashAlgorithm: hashAlgorithm ?? null,
    },
  };
}

function cookieHeader(parts: PresentedRow['parts']): string {
  return Object.entries(parts)
    .filter(([, value]) => value !== null)
    .map(([part, value]) => `${CREDENTIAL_NAMES[part as CredentialPart].cookie}=${String(value)}`)
    .join('; ');
}

function verify({ url, parts }: PresentedRow, trustedKeys: TrustedKeys): Verdict {
  return verifyViewerRequest(
    { url, method: 'GET', headers: { cookie: cookieHeader(parts) }, clientIp: ANY_ADDRESS },
    { now: ANY_TIME, trustedKeys, switches: DEFAULT_SWITCHES },
  );
}

/** The requests whose signatures are verified. */
export interface PresentedWindow {
  /** RFC 3339, like `to`. */
  readonly from: string;
  readonly to: string;
  /** Hours before the window whose files are read. @default 1 */
  readonly hoursBefore?: number;
}

/**
 * Verifies the signatures that refused requests presented, with the public keys: custom and canned
 * policies, SHA-1 and SHA-256, RSA and ECDSA. The most frequent credentials are verified first;
 * beyond a limit the others stay undecided.
 */
export async function verifyPresented(
  engine: QueryEngine,
  publicKeys: PublicKeys,
  { hoursBefore, ...times }: PresentedWindow,
): Promise<readonly SignatureVerdict[]> {
  const trustedKeys = parsePublicKeys(publicKeys);
  const text = readFileSync(
    path.join(packageFolder(), 'analytics', 'verification', QUERY_FILE),
    'utf8',
  );
  const query = parseQuery(path.basename(QUERY_FILE, '.sql'), text);
  const { rows } = await engine.run(
    renderQuery(query, times, hoursBefore === undefined ? {} : { hoursBefore }),
  );
  return rows.map(toPresentedRow).flatMap((row) => {
    const isValid = isSignatureValid(verify(row, trustedKeys));
    return isValid === undefined ? [] : [{ credentialsDigest: row.credentialsDigest, isValid }];
  });
}
