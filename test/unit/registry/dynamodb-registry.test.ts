import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { FileRegistry } from '#core/files/file-registry';
import { createDynamoDbRegistry } from '#registry/dynamodb-registry';
import { toItem } from '#registry/file-item';
import { ANN, BOB, fileIdOf, makeFile } from '#test/support/file-records';

const TABLE = 'files';

interface Call {
  readonly name: string;
  readonly input: Record<string, unknown>;
  readonly options: { abortSignal?: AbortSignal };
}

/** A DynamoDB that answers with what a test queued, and remembers what it was asked. */
class FakeDynamoDb {
  readonly calls: Call[] = [];
  readonly waits: number[] = [];
  readonly #answers: (object | Error)[];

  constructor(...answers: (object | Error)[]) {
    this.#answers = answers;
  }

  get registry(): FileRegistry {
    const send = async (
      command: { input: Record<string, unknown> },
      options: Call['options'],
    ): Promise<object> => {
      this.calls.push({ name: command.constructor.name, input: command.input, options });
      const answer = this.#answers.shift() ?? {};
      if (answer instanceof Error) throw answer;
      return await Promise.resolve(answer);
    };
    const wait = (milliseconds: number): Promise<void> => {
      this.waits.push(milliseconds);
      return Promise.resolve();
    };
    const client = { send: send as unknown as DynamoDBClient['send'] };
    return createDynamoDbRegistry({ client, tableName: TABLE, wait });
  }
}

const conditionFailed = new ConditionalCheckFailedException({
  message: 'The conditional request failed',
  $metadata: {},
});
const file = makeFile();
const batch = (...files: (typeof file)[]): object => ({
  Responses: { [TABLE]: files.map(toItem) },
});
const leftOver = (...ids: number[]): object => ({
  UnprocessedKeys: { [TABLE]: { Keys: ids.map((id) => ({ fileId: { S: fileIdOf(id) } })) } },
});

describe('what a damaged item does', () => {
  const withoutKey = Object.fromEntries(
    Object.entries(toItem(file)).filter(([name]) => name !== 'objectKey'),
  );

  it.each<[string, Record<string, AttributeValue>]>([
    ['tenant', { ...toItem(file), tenant: { S: '*' } }],
    ['tenant', { ...toItem(file), tenant: { N: '7' } }],
    ['size', { ...toItem(file), size: { S: '12345' } }],
    ['createdAt', { ...toItem(file), createdAt: { N: '1767290000000' } }],
    ['state', { ...toItem(file), state: { S: 'open' } }],
    ['objectKey', withoutKey],
    ['objectKey', { ...toItem(file), objectKey: { S: 't/globex/f/x/secret.png' } }],
    ['ownerKey', { ...toItem(file), ownerKey: { S: `globex/${ANN}` } }],
    ['ownerSort', { ...toItem(file), owner: { S: ANN }, ownerSort: { S: '0' } }],
    ['fileId', {}],
  ])('C-25: is an error that names %s', async (field, item) => {
    const found = new FakeDynamoDb({ Item: item }).registry.find(file.fileId);

    await expect(found).rejects.toMatchObject({ name: 'FileItemError', field });
  });

  it('C-25: an item whose owner was changed by hand opens nothing', async () => {
    const item = { ...toItem(file), owner: { S: BOB } };

    await expect(new FakeDynamoDb({ Item: item }).registry.find(file.fileId)).rejects.toMatchObject(
      { code: 'ERR_FILE_ITEM' },
    );
  });

  it('fails a batch and a list as well, and does not leave the file out', async () => {
    const item = { ...toItem(file), size: { N: '-1' } };

    await expect(
      new FakeDynamoDb({ Responses: { [TABLE]: [item] } }).registry.findAll([file.fileId]),
    ).rejects.toMatchObject({ field: 'size' });
    await expect(
      new FakeDynamoDb({ Items: [item] }).registry.list(file, { limit: 10 }),
    ).rejects.toMatchObject({ field: 'size' });
  });
});

describe('what DynamoDB is asked', () => {
  it('stores the key of the object and never a URL', async () => {
    const dynamoDb = new FakeDynamoDb();
    await dynamoDb.registry.save(file);
    const text = JSON.stringify(dynamoDb.calls);

    expect(dynamoDb.calls[0]?.input).toMatchObject({
      Item: { objectKey: { S: `u/acme/${ANN}/${file.fileId}/${file.name}` } },
      ConditionExpression: 'attribute_not_exists(#id)',
    });
    expect(text).not.toContain('://');
  });

  it('reads consistently, and never waits for ever', async () => {
    const dynamoDb = new FakeDynamoDb({ Item: toItem(file) }, batch(file));
    await dynamoDb.registry.find(file.fileId);
    await dynamoDb.registry.findAll([file.fileId]);

    expect(dynamoDb.calls.map(({ input }) => JSON.stringify(input))).toEqual([
      expect.stringContaining('"ConsistentRead":true'),
      expect.stringContaining('"ConsistentRead":true'),
    ]);
    expect(dynamoDb.calls.every(({ options }) => options.abortSignal !== undefined)).toBe(true);
  });

  it('asks for each key of a batch once', async () => {
    const dynamoDb = new FakeDynamoDb(batch(file));
    await dynamoDb.registry.findAll([file.fileId, file.fileId]);

    expect(dynamoDb.calls[0]?.input['RequestItems']).toMatchObject({
      [TABLE]: { Keys: [{ fileId: { S: file.fileId } }] },
    });
  });
});

describe('what DynamoDB leaves unprocessed', () => {
  const [one, two] = [makeFile({ fileId: fileIdOf(1) }), makeFile({ fileId: fileIdOf(2) })];

  it('is asked for again, and only that', async () => {
    const dynamoDb = new FakeDynamoDb({ ...batch(one), ...leftOver(2) }, batch(two));
    const found = await dynamoDb.registry.findAll([one.fileId, two.fileId]);

    expect([...found.keys()]).toEqual([one.fileId, two.fileId]);
    expect(dynamoDb.calls[1]?.input['RequestItems']).toEqual({
      [TABLE]: { Keys: [{ fileId: { S: two.fileId } }] },
    });
    expect(dynamoDb.waits).toEqual([50]);
  });

  it('is an error in the end, and not a file that does not exist', async () => {
    const dynamoDb = new FakeDynamoDb(...Array.from({ length: 5 }, () => leftOver(1)));

    await expect(dynamoDb.registry.findAll([one.fileId])).rejects.toMatchObject({
      code: 'ERR_UNPROCESSED_KEYS',
    });
    expect(dynamoDb.waits).toEqual([50, 100, 200, 400]);
  });
});

describe('what a failure of DynamoDB is', () => {
  const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });

  it('a condition that does not hold is a refusal', async () => {
    const { registry } = new FakeDynamoDb(conditionFailed, conditionFailed);

    expect(await registry.save(file)).toEqual({ ok: false, refusal: 'file-exists' });
    expect(
      await registry.change({
        ...{ fileId: file.fileId, now: file.createdAt },
        ...{ state: 'removing', expected: ['stored'] },
      }),
    ).toEqual({ ok: false, refusal: 'file-not-in-state' });
  });

  it.each<[string, (registry: FileRegistry) => Promise<unknown>]>([
    ['find', (registry) => registry.find(file.fileId)],
    ['findAll', (registry) => registry.findAll([file.fileId])],
    ['save', (registry) => registry.save(file)],
    ['list', (registry) => registry.list(file, { limit: 1 })],
    ['delete', (registry) => registry.delete(file.fileId)],
    [
      'change',
      (registry) =>
        registry.change({
          ...{ fileId: file.fileId, now: file.createdAt },
          ...{ state: 'removing', expected: ['stored'] },
        }),
    ],
  ])('%s passes it on', async (_name, call) => {
    await expect(call(new FakeDynamoDb(throttled).registry)).rejects.toBe(throttled);
  });
});
