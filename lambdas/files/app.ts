import type { AccessTokenVerifier } from '#access-token/verify-access-token';
import type { components } from '#api/types';
import type { FunctionSettings } from '#configuration/function-settings';
import { type Clock, toRfc3339 } from '#core/clock';
import { FILES_PATH, SIGNED_URL_PATH, SIGNED_URLS_PATH } from '#core/contract/files-api';
import { isFileId } from '#core/files/file-id';
import type { FileRecord } from '#core/files/file-record';
import type { FileRegistry } from '#core/files/file-registry';
import type { Outcome } from '#core/outcome';
import type { Secret } from '#core/secret';
import type { SignedUrl } from '#core/signing/signed-url';
import { answer, type ApiApp, type ApiContext, createApiApp } from '../http/api-app';
import { authenticate } from '../http/authenticate';
import { FileAccessRefused, Refused } from '../http/refused';
import { refusalReporter } from '../http/report-refusal';
import type { Telemetry } from '../http/telemetry';
import {
  checkOwner,
  checkReader,
  checkSigned,
  type FileRefusal,
  type Person,
  personOf,
} from './access';
import { ask } from './ask-registry';
import { readBatchRequest, readCursor, readSingleRequest } from './files-request';
import { describeFile, listFiles } from './list-files';
import type { ContentRemover } from './removal';
import { chooseLifetime, signFiles, type UrlIssuer } from './sign-files';

type SignedUrlAnswer = components['schemas']['SignedUrl'];
type SignedUrlEntry = components['schemas']['SignedUrlEntry'];
type FileRemoval = components['schemas']['FileRemoval'];

/** Everything that the application needs. It is made once for each container. */
export interface FilesDependencies {
  readonly settings: FunctionSettings;
  readonly originSecrets: readonly Secret[];
  readonly verifier: AccessTokenVerifier;
  readonly registry: FileRegistry;
  readonly urlIssuer: UrlIssuer;
  readonly remover: ContentRemover;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** A file as somebody asked for it: the text of the id, and the record, if there is one. */
interface Asked {
  readonly fileId: string;
  readonly file: FileRecord | undefined;
}

async function identify(
  { req }: ApiContext,
  { verifier, settings }: FilesDependencies,
): Promise<Person> {
  const { appOrigins } = settings;
  return personOf(await authenticate(req.raw, { verifier, appOrigins }));
}

async function lookUp(context: ApiContext, { registry }: FilesDependencies): Promise<Asked> {
  const fileId = context.req.param('fileId') ?? '';
  return { fileId, file: isFileId(fileId) ? await ask(registry.find(fileId)) : undefined };
}

/** The refusal of a file for the log: no name, key, token or URL. */
function refusedFile(
  reason: FileRefusal,
  { fileId, file }: Asked,
  { requestId, person }: { readonly requestId: string; readonly person: Person },
): FileAccessRefused {
  return new FileAccessRefused(reason, {
    requestId,
    userHash: person.user,
    ...(file !== undefined && { tenant: file.tenant }),
    ...(isFileId(fileId) && { fileId }),
  });
}

type Check = (person: Person, file: FileRecord | undefined) => Outcome<FileRecord, FileRefusal>;

/** Authenticates, looks the file up, and checks the person's right to it, in this order. */
async function openFile(
  context: ApiContext,
  dependencies: FilesDependencies,
  check: Check,
): Promise<{ readonly person: Person; readonly file: FileRecord }> {
  const person = await identify(context, dependencies);
  const asked = await lookUp(context, dependencies);
  const access = check(person, asked.file);
  if (access.ok) return { person, file: access.value };
  throw refusedFile(access.refusal, asked, { requestId: context.env.requestId, person });
}

const describeUrl = ({ signedUrl, expiresAt }: SignedUrl): SignedUrlAnswer => ({
  signedUrl: signedUrl.reveal(),
  expiresAt: toRfc3339(expiresAt),
});

async function signOne(context: ApiContext, dependencies: FilesDependencies): Promise<Response> {
  const { settings, urlIssuer, clock, telemetry } = dependencies;
  const { person, file } = await openFile(context, dependencies, checkSigned);
  const { download, lifetimeSeconds } = readSingleRequest(context.req.url);
  const lifetime = chooseLifetime(lifetimeSeconds, settings.grants.signedUrlLifetimeSeconds);
  const { requestId } = context.env;
  const request = { person, requestId, now: clock.now(), lifetimeSeconds: lifetime, download };
  const signed = (await signFiles([file], request, urlIssuer)).get(file.fileId);
  if (signed === undefined) throw new Refused('signing-failed');
  telemetry.countIssued(1);
  telemetry.info('url signed', { userHash: person.user, fileId: file.fileId });
  return answer(describeUrl(signed));
}

/** Looks many files up at once. An id that is no file id is not looked up. */
async function lookUpAll(
  texts: readonly string[],
  { registry }: FilesDependencies,
): Promise<readonly Asked[]> {
  const distinct = [...new Set(texts)];
  const found = await ask(registry.findAll(distinct.filter(isFileId)));
  return distinct.map((fileId) => ({
    fileId,
    file: isFileId(fileId) ? found.get(fileId) : undefined,
  }));
}

async function signMany(context: ApiContext, dependencies: FilesDependencies): Promise<Response> {
  const { settings, urlIssuer, clock, telemetry } = dependencies;
  const { requestId } = context.env;
  const person = await identify(context, dependencies);
  const { fileIds, lifetimeSeconds } = await readBatchRequest(context.req.raw);
  const most = settings.grants.signedUrlBatchLifetimeSeconds;
  const lifetime = chooseLifetime(lifetimeSeconds, most);
  const report = refusalReporter(telemetry);
  const allowed: FileRecord[] = [];
  for (const asked of await lookUpAll(fileIds, dependencies)) {
    const access = checkSigned(person, asked.file);
    if (access.ok) allowed.push(access.value);
    else report(refusedFile(access.refusal, asked, { requestId, person }), context.req.method);
  }
  const request = { person, requestId, now: clock.now(), lifetimeSeconds: lifetime };
  const signed = await signFiles(allowed, request, urlIssuer);
  telemetry.countIssued(signed.size);
  telemetry.info('urls signed', { userHash: person.user, signed: signed.size });
  const signedUrls = fileIds.map((fileId): SignedUrlEntry => {
    const url = isFileId(fileId) ? signed.get(fileId) : undefined;
    return url === undefined
      ? { fileId, error: 'file-not-found' }
      : { fileId, ...describeUrl(url) };
  });
  return answer({ signedUrls });
}

/**
 * Continues the removal of a file. Returns whether it has ended; then the record is gone as well.
 *
 * @throws {Refused} `removal-failed`
 */
async function continueRemoval(
  file: FileRecord,
  { registry, remover }: FilesDependencies,
): Promise<boolean> {
  let isGone: boolean;
  try {
    isGone = await remover.remove(file);
  } catch (error) {
    throw new Refused('removal-failed', {}, error);
  }
  if (isGone) await ask(registry.delete(file.fileId));
  return isGone;
}

async function readOne(context: ApiContext, dependencies: FilesDependencies): Promise<Response> {
  const { person, file } = await openFile(context, dependencies, checkReader);
  const isOwnersRemoval = file.state === 'removing' && file.owner === person.user;
  if (isOwnersRemoval && (await continueRemoval(file, dependencies))) {
    const asked = { fileId: file.fileId, file: undefined };
    throw refusedFile('no-such-file', asked, { requestId: context.env.requestId, person });
  }
  return answer(describeFile(file));
}

/** Deletes a file: first no new URL is signed, then the object goes, then its copies. */
async function removeOne(context: ApiContext, dependencies: FilesDependencies): Promise<Response> {
  const { registry, clock, telemetry } = dependencies;
  const { person, file } = await openFile(context, dependencies, (who, asked) => {
    if (who.identity.actor !== undefined) throw new Refused('impersonator-reads-only');
    return checkOwner(who, asked);
  });
  const { fileId } = file;
  const expected = ['pending', 'stored', 'refused', 'removing'] as const;
  const change = { fileId, state: 'removing', expected, now: clock.now() } as const;
  const changed = await ask(registry.change(change));
  if (!changed.ok) {
    const asked = { fileId, file: undefined };
    throw refusedFile('no-such-file', asked, { requestId: context.env.requestId, person });
  }
  const isGone = await continueRemoval(changed.value, dependencies);
  telemetry.info('file removed', { userHash: person.user, tenant: file.tenant, fileId, isGone });
  const removal: FileRemoval = { fileId, state: isGone ? 'removed' : 'removing' };
  return answer(removal, { status: isGone ? 200 : 202 });
}

async function listOwn(context: ApiContext, dependencies: FilesDependencies): Promise<Response> {
  const person = await identify(context, dependencies);
  const cursor = readCursor(context.req.url);
  return answer(await listFiles(person, cursor, dependencies.registry));
}

/**
 * Creates the files API as an application that turns a request and its id into an answer. It never
 * throws.
 */
export function createFilesApp(dependencies: FilesDependencies): ApiApp {
  const { settings, originSecrets, telemetry } = dependencies;
  const on =
    (handler: (context: ApiContext, parts: FilesDependencies) => Promise<Response>) =>
    (context: ApiContext): Promise<Response> =>
      handler(context, dependencies);
  const routes = [
    { path: FILES_PATH, handlers: { GET: on(listOwn) } },
    { path: SIGNED_URLS_PATH, handlers: { POST: on(signMany) } },
    { path: `${SIGNED_URL_PATH}/:fileId`, handlers: { GET: on(signOne) } },
    { path: `${FILES_PATH}/:fileId`, handlers: { GET: on(readOne), DELETE: on(removeOne) } },
  ];
  return createApiApp({ routes, appOrigins: settings.appOrigins, originSecrets, telemetry });
}
