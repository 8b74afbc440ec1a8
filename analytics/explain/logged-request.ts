import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '#configuration/package-folder';
import { type EpochSeconds, epochSeconds } from '#core/clock';
import {
  CREDENTIAL_NAMES,
  CREDENTIAL_PARTS,
  type CredentialPart,
} from '#core/contract/credential-names';
import { encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import type { ViewerRequest } from '#core/verification/verify-viewer-request';
import { parseQuery, type QueryDescription } from '../catalog';
import type { QueryResult } from '../engines/engine';
import { type RowObject, rowObjects } from '../engines/row-objects';

/** Everything that the logs contain about one request. */
export interface LoggedRequest {
  readonly requestId: string;
  readonly now: EpochSeconds;
  readonly status: number;
  /**
   * Who refused the request, or the error code of CloudFront; undefined when it was not refused.
   */
  readonly answer: string | undefined;
  readonly cause: string | undefined;
  readonly confidence: string | undefined;
  readonly proven: boolean;
  /** Identifies the grant; undefined when the log does not know it. */
  readonly fingerprint: string | undefined;
  /** Hash of the person to whom the grant was issued, or of one of several. */
  readonly userHash: string | undefined;
  /** Number of people to whom the grant was issued; undefined when no records were looked at. */
  readonly people: number | undefined;
  /** Where the grant is known from: the evidence delivery, or the note of viewer-guard. */
  readonly grantFrom: 'evidence' | 'guard' | 'nowhere';
  /** As the client sent it, as far as the log shows it. */
  readonly request: ViewerRequest;
}

/** The query that finds one request by `request_id`. It is not one of the analysts' questions. */
export function loggedRequestQuery(): QueryDescription {
  const file = path.join(packageFolder(), 'analytics', 'explain', 'logged-request.sql');
  return parseQuery('logged-request', readFileSync(file, 'utf8'));
}

/** Placeholder for the signature, which the guard does not note. It is never verified. */
const NO_SIGNATURE = 'AAAA';

function text(row: RowObject, column: string): string {
  const cell = row[column];
  return cell === null || cell === undefined ? '' : String(cell);
}

function cookieHeader(parts: Partial<Record<CredentialPart, string>>): string {
  return CREDENTIAL_PARTS.map((part) => [CREDENTIAL_NAMES[part].cookie, parts[part] ?? ''])
    .filter(([, value]) => value !== '')
    .map((pair) => pair.join('='))
    .join('; ');
}

function presentedCookies(row: RowObject): string {
  const hash = text(row, 'hash_algorithm');
  return cookieHeader({
    policy: text(row, 'encoded_policy'),
    expires: text(row, 'canned_expiry'),
    signature: text(row, 'encoded_signature'),
    keyPairId: text(row, 'key_pair_id'),
    // CloudFront uses SHA-1 when the request has no Hash-Algorithm.
    hashAlgorithm: hash === 'SHA1' ? '' : hash,
  });
}

/**
 * Cookies with the policy that the guard noted. Conditions that it did not note cannot be checked.
 */
function notedCookies(row: RowObject): string {
  const resource = text(row, 'resource');
  const notAfter = text(row, 'not_after');
  const notBefore = text(row, 'not_before');
  if (resource === '' || notAfter === '') return '';
  const condition = {
    DateLessThan: { 'AWS:EpochTime': Number(notAfter) },
    ...(notBefore !== '' && { DateGreaterThan: { 'AWS:EpochTime': Number(notBefore) } }),
  };
  const policy = { Statement: [{ Resource: resource, Condition: condition }] };
  return cookieHeader({
    policy: encodeCloudFrontBase64(new TextEncoder().encode(JSON.stringify(policy))),
    signature: NO_SIGNATURE,
    keyPairId: text(row, 'key_pair_id'),
  });
}

function grantOf(row: RowObject): Pick<LoggedRequest, 'grantFrom'> & { cookie: string } {
  if (row['has_evidence'] === true) {
    const cookie = row['is_signed_url'] === true ? '' : presentedCookies(row);
    return { grantFrom: 'evidence', cookie };
  }
  const cookie = notedCookies(row);
  return { grantFrom: cookie === '' ? 'nowhere' : 'guard', cookie };
}

/**
 * Reads the row of {@link loggedRequestQuery}; undefined when the logs do not contain the request.
 */
export function readLoggedRequest(result: QueryResult): LoggedRequest | undefined {
  const [row] = rowObjects(result);
  if (row === undefined) return undefined;
  const url = text(row, 'url');
  const { grantFrom, cookie } = grantOf(row);
  const optional = (column: string): string | undefined =>
    row[column] === null ? undefined : text(row, column);
  return {
    requestId: text(row, 'x_edge_request_id'),
    now: epochSeconds(Number(row['epoch'])),
    status: Number(row['status']),
    answer: optional('answer'),
    cause: optional('cause'),
    confidence: optional('confidence'),
    proven: row['proven'] === true,
    fingerprint: optional('fingerprint'),
    userHash: optional('user_hash'),
    people: Number(row['people'] ?? 0),
    grantFrom,
    request: {
      url,
      method: text(row, 'method'),
      headers: { cookie },
      clientIp: text(row, 'c_ip'),
    },
  };
}
