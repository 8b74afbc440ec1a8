import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '#aws/clients';
import { encodeFileCursor } from '#core/files/file-cursor';
import { objectKeyOf } from '#core/files/file-record';
import type { FileRegistry } from '#core/files/file-registry';
import { fingerprintOf } from '#core/signing/fingerprint';
import { encodeObjectPath } from '#core/tenancy/object-key';
import { buildSeedFiles, type SeedFile } from '#local/seed/files';
import { createDynamoDbRegistry } from '#registry/dynamodb-registry';
import { testFileRegistry } from '../support/file-registry-contract';
import { readLogGroup } from '../support/function-logs';
import { fetchAccessToken, startTestCloud, type TestCloud } from '../support/test-cloud';
import { hangUp, sendTo, view, type ViewerAnswer } from '../support/viewer';

const PEOPLE = ['ada', 'grace', 'linus'] as const;
type PersonId = (typeof PEOPLE)[number] | 'margaret';
const MISSING = '0b8b9a3e-53a5-4c5e-9d6e-5f3a0e9d7c11';

let cloud: TestCloud;
let registry: FileRegistry;
const tokens = new Map<PersonId, string>();
const files = new Map<PersonId, SeedFile>();

beforeAll(async () => {
  cloud = await startTestCloud('test-files');
  const client = new DynamoDBClient(clientSettings(cloud.environment, 'DYNAMODB'));
  registry = createDynamoDbRegistry({ client, tableName: cloud.deployment.fileTable ?? '' });
  const seeded = buildSeedFiles(cloud.addresses.tokenIssuer);
  tokens.set('margaret', await fetchAccessToken(cloud, 'margaret'));
  for (const person of PEOPLE) {
    tokens.set(person, await fetchAccessToken(cloud, person));
    const own = seeded.find(({ record }) => record.name === `holiday of ${person}.png`);
    if (own !== undefined) files.set(person, own);
  }
});

afterAll(async () => {
  hangUp();
  await cloud.stop();
});

const fileOf = (person: PersonId): SeedFile => {
  const file = files.get(person);
  if (file === undefined) throw new Error(`nothing is seeded for ${person}`);
  return file;
};
const idOf = (person: PersonId): string => fileOf(person).record.fileId;

interface ApiCall {
  readonly method?: string;
  readonly body?: unknown;
}

async function call(person: PersonId, path: string, more: ApiCall = {}): Promise<ViewerAnswer> {
  const { method = 'GET', body } = more;
  return await sendTo(cloud.addresses.contentBaseUrl, {
    method,
    path,
    headers: {
      authorization: `Bearer ${tokens.get(person) ?? ''}`,
      origin: cloud.addresses.galleryOrigin,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const signed = (person: PersonId, id: string, query = ''): Promise<ViewerAnswer> =>
  call(person, `/api/files/signed-url/${id}${query}`);

const urlOf = ({ text }: ViewerAnswer): string =>
  (JSON.parse(text) as { signedUrl: string }).signedUrl;

/** Opens a URL as somebody without cookies. */
async function open(url: string): Promise<ViewerAnswer> {
  return await view(cloud, url.slice(cloud.addresses.contentBaseUrl.length));
}

describe('the registry in DynamoDB', () => {
  testFileRegistry(() => registry);
});

describe('3 people and 3 files', () => {
  it.each(PEOPLE.flatMap((person) => PEOPLE.map((owner) => [person, owner] as const)))(
    'C-25: %s asks for the file of %s',
    async (person, owner) => {
      const answer = await signed(person, idOf(owner));

      expect(answer.status).toBe(person === owner ? 200 : 404);
      expect((await call(person, `/api/files/${idOf(owner)}`)).status).toBe(answer.status);
    },
  );

  it('C-25: foreign, missing and malformed ids get the same bytes over HTTP', async () => {
    const ids = [idOf('grace'), idOf('linus'), MISSING, 'x', MISSING.toUpperCase(), 'a%2fb'];
    const answers = await Promise.all(ids.map((id) => signed('ada', id)));
    const [first] = answers;

    expect(first).toMatchObject({ status: 404 });
    expect(first?.text).toContain('urn:edgepass:problem:file-not-found');
    expect(answers.map(({ status, text }) => [status, text])).toEqual(
      ids.map(() => [404, first?.text]),
    );
  });

  it('the URL of one person opens no file of another at the edge', async () => {
    const url = urlOf(await signed('ada', idOf('ada')));
    const [ownPath, foreignPath] = (['ada', 'grace'] as const).map((person) =>
      encodeObjectPath(objectKeyOf(fileOf(person).record)),
    );
    const moved = url.replace(ownPath ?? '', foreignPath ?? '');

    expect((await open(url)).status).toBe(200);
    expect(moved).not.toBe(url);
    expect((await open(moved)).status).toBe(403);
  });
});

describe('a signed URL', () => {
  it('opens the file without cookies; an added query or a changed path is refused', async () => {
    const url = urlOf(await signed('ada', idOf('ada')));
    const opened = await open(url);

    expect(opened.status).toBe(200);
    expect(opened.body.equals(fileOf('ada').body)).toBe(true);
    for (const changed of [
      `${url}&w=1`,
      url.replace('?', '?w=1&'),
      url.replace('.png?', '.jpg?'),
      url.replace(/Signature=../, 'Signature=AA'),
      url.slice(0, url.indexOf('?')),
    ]) {
      expect((await open(changed)).status).toBe(403);
    }
  });

  it('is a download under the name of the file', async () => {
    const url = urlOf(await signed('ada', idOf('ada'), '?download'));
    const opened = await open(url);

    expect(opened.status).toBe(200);
    expect(opened.headers['content-disposition']).toBe('attachment; filename="holiday of ada.png"');
  });

  it('is on record with the person and the path before it is used', async () => {
    const url = new URL(urlOf(await signed('linus', idOf('linus'))));
    const { issuedGrants } = cloud.deployment.logGroups;
    const text = JSON.stringify(await readLogGroup(cloud, issuedGrants));
    const signature = url.searchParams.get('Signature') ?? '';

    expect(text).toContain(fingerprintOf(signature));
    expect(text).toContain(url.pathname);
    expect(text).not.toContain(signature);
  });
});

describe('many ids at once', () => {
  it('C-26: 99 own ids and one foreign: 99 URLs that open, one file-not-found', async () => {
    const { record, body } = fileOf('linus');
    const own = await Promise.all(
      Array.from({ length: 98 }, async (_, index) => {
        const tail = String(index).padStart(12, '0');
        const copy = { ...record, fileId: `${record.fileId.slice(0, -12)}${tail}` as never };
        await registry.save(copy);
        return copy.fileId;
      }),
    );
    const fileIds = [...own.slice(0, 50), idOf('ada'), ...own.slice(50), record.fileId];
    const answer = await call('linus', '/api/files/signed-urls', {
      method: 'POST',
      body: { fileIds },
    });
    const { signedUrls } = JSON.parse(answer.text) as {
      signedUrls: { fileId: string; signedUrl?: string; error?: string }[];
    };
    const last = await open(signedUrls.at(-1)?.signedUrl ?? '');

    expect(signedUrls.map(({ fileId }) => fileId)).toEqual(fileIds);
    expect(signedUrls.filter(({ signedUrl }) => signedUrl !== undefined)).toHaveLength(99);
    expect(signedUrls[50]).toEqual({ fileId: idOf('ada'), error: 'file-not-found' });
    expect(last.body.equals(body)).toBe(true);
  });

  it('one more than 100 is refused', async () => {
    const fileIds = Array.from({ length: 101 }, () => MISSING);
    const answer = await call('linus', '/api/files/signed-urls', {
      method: 'POST',
      body: { fileIds },
    });

    expect(answer.status).toBe(400);
  });
});

describe('the list', () => {
  it('has one’s own files only, whatever the cursor says', async () => {
    const { tenant } = fileOf('grace').record;
    const foreign = await call('ada', `/api/files?cursor=${encodeFileCursor({ tenant })}`);
    const own = await call('grace', '/api/files');

    expect(foreign.status).toBe(400);
    expect(own.status).toBe(200);
    expect((JSON.parse(own.text) as { files: { fileId: string }[] }).files).toMatchObject([
      { fileId: idOf('grace'), state: 'stored', name: 'holiday of grace.png' },
    ]);
  });
});

describe('a deleted file', () => {
  /** Files of a person whom no other test of this suite knows. */
  const recordOf = (tenant: string): SeedFile['record'] => {
    const seeded = buildSeedFiles(cloud.addresses.tokenIssuer).map(({ record }) => record);
    const own = seeded.find(
      (record) => record.name === 'holiday of margaret.png' && record.tenant === tenant,
    );
    if (own === undefined) throw new Error(`nothing is seeded for margaret in ${tenant}`);
    return own;
  };

  it('cannot be deleted by another person of the tenant', async () => {
    const { fileId } = recordOf('acme');
    const answer = await call('ada', `/api/files/${fileId}`, { method: 'DELETE' });

    expect(answer.status).toBe(404);
    expect((await open(urlOf(await signed('margaret', fileId)))).status).toBe(200);
  });

  it('is gone from the API, the bucket and the cache of the edge', async () => {
    const { fileId } = recordOf('globex');
    const path = `/api/files/${fileId}`;
    const url = urlOf(await signed('margaret', fileId));
    expect((await open(url)).headers['x-cache']).toBe('Miss from cloudfront');
    expect((await open(url)).headers['x-cache']).toBe('Hit from cloudfront');
    const removed = await call('margaret', path, { method: 'DELETE' });

    expect([200, 202]).toContain(removed.status);
    expect((await signed('margaret', fileId)).status).toBe(404);
    let status = 200;
    for (let attempt = 0; attempt < 100 && status === 200; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      status = (await open(url)).status;
    }
    // Without permission to list the bucket, S3 answers 403 for what does not exist.
    expect(status).toBe(403);
    expect((await call('margaret', path)).status).toBe(404);
  });
});
