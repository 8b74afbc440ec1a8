import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { FILE_TABLE } from '#core/contract/file-table';
import type { FileId } from '#core/files/file-id';
import type { FileRecord } from '#core/files/file-record';
import type {
  FileOwner,
  FilePage,
  FilePageRequest,
  FileRegistry,
  FileStateChange,
} from '#core/files/file-registry';
import { accept, type Outcome, refuse } from '#core/outcome';
import { fromItem, indexKeyOf, ownerKeyOf, toItem } from './file-item';

const TIMEOUT_MILLISECONDS = 2_000;
/** Waiting times before unprocessed keys of a batch are asked for again. */
const RETRY_MILLISECONDS = [50, 100, 200, 400];

export interface DynamoDbRegistryInput {
  /** The client; only `send` is used. Set its `maxAttempts` to 2. */
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  /** Waits before a retry. @default - a timer */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** DynamoDB did not answer for every key of a batch. */
class UnprocessedKeysError extends Error {
  override readonly name = 'UnprocessedKeysError';
  readonly code = 'ERR_UNPROCESSED_KEYS';
}

type Keys = NonNullable<BatchGetItemCommandInput['RequestItems']>;

const keyOf = (fileId: FileId): Record<string, AttributeValue> => ({
  [FILE_TABLE.fileId]: { S: fileId },
});

const options = (): { abortSignal: AbortSignal } => ({
  abortSignal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
});

/** Runs a conditional write. A condition that does not hold becomes a refusal. */
async function conditionally<Value, Reason>(
  write: () => Promise<Value>,
  reason: Reason,
): Promise<Outcome<Value, Reason>> {
  try {
    return accept(await write());
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return refuse(reason);
    throw error;
  }
}

class DynamoDbRegistry implements FileRegistry {
  readonly #client: Pick<DynamoDBClient, 'send'>;
  readonly #table: { readonly TableName: string };
  readonly #wait: (milliseconds: number) => Promise<void>;

  constructor({ client, tableName, wait = sleep }: DynamoDbRegistryInput) {
    this.#client = client;
    this.#table = { TableName: tableName };
    this.#wait = wait;
  }

  async find(fileId: FileId): Promise<FileRecord | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ ...this.#table, Key: keyOf(fileId), ConsistentRead: true }),
      options(),
    );
    return Item === undefined ? undefined : fromItem(Item);
  }

  async findAll(fileIds: readonly FileId[]): Promise<ReadonlyMap<FileId, FileRecord>> {
    const distinct = [...new Set(fileIds)];
    if (distinct.length === 0) return new Map();
    const { TableName } = this.#table;
    let pending: Keys = { [TableName]: { Keys: distinct.map(keyOf), ConsistentRead: true } };
    const found = new Map<FileId, FileRecord>();
    for (const delay of [0, ...RETRY_MILLISECONDS]) {
      if (delay > 0) await this.#wait(delay);
      const { Responses, UnprocessedKeys } = await this.#client.send(
        new BatchGetItemCommand({ RequestItems: pending }),
        options(),
      );
      for (const item of Responses?.[TableName] ?? []) {
        const record = fromItem(item);
        found.set(record.fileId, record);
      }
      if ((UnprocessedKeys?.[TableName]?.Keys ?? []).length === 0) return found;
      pending = UnprocessedKeys ?? {};
    }
    throw new UnprocessedKeysError('DynamoDB left keys of a batch unprocessed');
  }

  async save(record: FileRecord): Promise<Outcome<undefined, 'file-exists'>> {
    const command = new PutItemCommand({
      ...this.#table,
      Item: toItem(record),
      ConditionExpression: 'attribute_not_exists(#id)',
      ExpressionAttributeNames: { '#id': FILE_TABLE.fileId },
    });
    return await conditionally(async () => {
      await this.#client.send(command, options());
      return undefined;
    }, 'file-exists');
  }

  async change(change: FileStateChange): Promise<Outcome<FileRecord, 'file-not-in-state'>> {
    const { fileId, state, expected, now } = change;
    const states = expected.map((one, index): [string, AttributeValue] => [
      `:e${index}`,
      { S: one },
    ]);
    const command = new UpdateItemCommand({
      ...this.#table,
      Key: keyOf(fileId),
      UpdateExpression: 'SET #state = :state, updatedAt = :now',
      ConditionExpression: `#state IN (${states.map(([name]) => name).join(', ')})`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ...Object.fromEntries(states),
        ':state': { S: state },
        ':now': { N: String(now) },
      },
      ReturnValues: 'ALL_NEW',
    });
    return await conditionally(async () => {
      const { Attributes } = await this.#client.send(command, options());
      return fromItem(Attributes ?? {});
    }, 'file-not-in-state');
  }

  async list(owner: FileOwner, { limit, after }: FilePageRequest): Promise<FilePage> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        ...this.#table,
        IndexName: FILE_TABLE.ownerIndex,
        KeyConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': FILE_TABLE.ownerKey },
        ExpressionAttributeValues: { ':owner': { S: ownerKeyOf(owner) } },
        ScanIndexForward: false,
        Limit: limit,
        ...(after && { ExclusiveStartKey: indexKeyOf(owner, after) }),
      }),
      options(),
    );
    const files = Items.map(fromItem);
    const last = files.at(-1);
    if (LastEvaluatedKey === undefined || last === undefined) return { files };
    return { files, next: { createdAt: last.createdAt, fileId: last.fileId } };
  }

  async delete(fileId: FileId): Promise<void> {
    const command = new DeleteItemCommand({ ...this.#table, Key: keyOf(fileId) });
    await this.#client.send(command, options());
  }
}

/**
 * Creates a registry in one DynamoDB table. `find` and `findAll` read consistently, so a deleted or
 * changed file is known at once; `list` reads an index, which follows within about a second.
 */
export function createDynamoDbRegistry(input: DynamoDbRegistryInput): FileRegistry {
  return new DynamoDbRegistry(input);
}
