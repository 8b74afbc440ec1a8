import type { FunctionSettings } from '#configuration/function-settings';
import { type EpochSeconds, toRfc3339 } from '#core/clock';
import type { IssuedGrantRecord } from '#core/contract/issued-grant';
import type { FileId } from '#core/files/file-id';
import { type FileRecord, objectKeyOf } from '#core/files/file-record';
import type { ContentBaseUrl } from '#core/signing/content-base-url';
import { type SignedUrl, signUrl } from '#core/signing/signed-url';
import type { Signer } from '#core/signing/signer';
import { encodeObjectPath } from '#core/tenancy/object-key';
import { userHash } from '#core/user-hash';
import { grantLifeOf } from '../http/grant-life';
import { type GrantLog, recordGrants } from '../http/grant-log';
import { Refused } from '../http/refused';
import type { Person } from './access';

/** KMS answers a signature in some milliseconds. More at once would only wait for a connection. */
const SIGNATURES_AT_ONCE = 20;

/** What is needed to sign URLs. It is made once for each container. */
export interface UrlIssuer {
  readonly contentBaseUrl: ContentBaseUrl;
  readonly signer: Signer;
  readonly grantLog: GrantLog;
  readonly settings: Pick<FunctionSettings, 'grants'>;
}

/** A request for signed URLs of files that the person may read. */
export interface SigningRequest {
  readonly person: Person;
  readonly requestId: string;
  readonly now: EpochSeconds;
  readonly lifetimeSeconds: number;
  /** Whether the URLs are downloads under the names of the files. */
  readonly download?: boolean;
}

/** A file and its signed URL. */
export interface SignedFile {
  readonly file: FileRecord;
  readonly signed: SignedUrl;
}

/**
 * Returns the lifetime of a request: as configured, or shorter.
 *
 * @throws {Refused} `lifetime-refused` for a longer one
 */
export function chooseLifetime(requestedSeconds: number | undefined, mostSeconds: number): number {
  if (requestedSeconds === undefined) return mostSeconds;
  const isGood =
    Number.isInteger(requestedSeconds) && requestedSeconds >= 1 && requestedSeconds <= mostSeconds;
  if (!isGood) throw new Refused('lifetime-refused');
  return requestedSeconds;
}

function buildRecord(
  { file, signed }: SignedFile,
  { person, requestId, now }: SigningRequest,
): IssuedGrantRecord {
  const { actor, tokenIssuer } = person.identity;
  return {
    time: toRfc3339(now),
    requestId,
    userHash: person.user,
    ...(actor !== undefined && { actorHash: userHash(tokenIssuer, actor) }),
    tenant: file.tenant,
    scope: encodeObjectPath(objectKeyOf(file)),
    keyPairId: signed.keyPairId,
    startsAt: toRfc3339(signed.startsAt),
    expiresAt: toRfc3339(signed.expiresAt),
    fingerprint: signed.fingerprint,
  };
}

async function signAll(
  files: readonly FileRecord[],
  { download, now }: SigningRequest,
  { contentBaseUrl, signer, lifetimeSeconds }: UrlIssuer & { readonly lifetimeSeconds: number },
): Promise<readonly SignedFile[]> {
  const signedFiles: SignedFile[] = [];
  const sign = async (file: FileRecord): Promise<SignedFile> => ({
    file,
    signed: await signUrl({
      ...{ contentBaseUrl, signer, lifetimeSeconds, now },
      objectKey: objectKeyOf(file),
      ...(download === true && { download: file.name }),
    }),
  });
  for (let start = 0; start < files.length; start += SIGNATURES_AT_ONCE) {
    const part = files.slice(start, start + SIGNATURES_AT_ONCE);
    signedFiles.push(...(await Promise.all(part.map(sign))));
  }
  return signedFiles;
}

/**
 * Signs one URL for each file and records all of them. It returns only after they are recorded.
 *
 * @throws {Refused} `token-expired`, `signing-failed`, `grant-log-failed`
 */
export async function signFiles(
  files: readonly FileRecord[],
  request: SigningRequest,
  issuer: UrlIssuer,
): Promise<ReadonlyMap<FileId, SignedUrl>> {
  const { capToToken } = issuer.settings.grants;
  const rules = { capToToken, lifetimeSeconds: request.lifetimeSeconds };
  const { lifetimeSeconds } = grantLifeOf(request.person.identity, rules, request.now);
  let signedFiles: readonly SignedFile[];
  try {
    signedFiles = await signAll(files, request, { ...issuer, lifetimeSeconds });
  } catch (error) {
    throw new Refused('signing-failed', {}, error);
  }
  if (signedFiles.length > 0) {
    const records = signedFiles.map((one) => buildRecord(one, request));
    await recordGrants(records, issuer.grantLog, request.now);
  }
  return new Map(signedFiles.map(({ file, signed }) => [file.fileId, signed]));
}
