import { readFileSync, writeFileSync } from 'node:fs';
import {
  CloudWatchLogsClient,
  type LogGroup,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { GetKeyPolicyCommand, ListAliasesCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { clientSettings } from '#aws/clients';
import type { EnvironmentChanges } from '#local/cloud/environment-file';
import { type CommandResult, runEdgepass } from './edgepass-command';
import { KEPT_RESOURCE } from './kept-resources';
import { openSession } from './session';
import { type Plan, planStack } from './terraform-plan';
import type { TestCloud } from './test-cloud';
import { view } from './viewer';

const KEY = 't/acme/f/kept-1/note.txt';
const NOTE = 'still here';
const ABSENT = /^(?:NoSuchLifecycleConfiguration|ObjectLockConfigurationNotFoundError)$/;

/** An environment file as these tests change it. */
export type Document = Record<string, Record<string, unknown>> & {
  signingKeys: Record<string, unknown>;
};

/** What an environment keeps when it keeps everything that it can: buckets, keys and log groups. */
export const KEEPS_EVERYTHING = {
  retention: 'keep',
  content: { encryption: 'kms' },
  logs: {
    evidence: { confirmNoParentDomainCookies: true },
    v1: { includeCookies: true, confirmNoParentDomainCookies: true },
  },
  signingKeys: {
    a: { state: 'active', custody: 'kms' },
    b: { state: 'pending', custody: 'kms', keySpec: 'ECC_NIST_P256' },
  },
} satisfies ReturnType<EnvironmentChanges>;

/** What must be the same before and after. */
interface Snapshot {
  /** Settings of every bucket and policies of every key, as AWS answers them. */
  readonly protections: Readonly<Record<string, unknown>>;
  readonly keyIds: readonly string[];
  readonly note: string;
}

/** How an environment left and came back. */
export interface Comeback {
  readonly before: Snapshot;
  readonly destroyed: CommandResult;
  readonly afterDestroy: Snapshot;
  readonly stateAfterDestroy: string;
  /** What Terraform says to a deploy without `edgepass adopt`. */
  readonly refusal: string;
  readonly keyIdsAfterRefusal: readonly string[];
  readonly adopted: CommandResult;
  readonly afterRedeploy: Snapshot;
  readonly planAfterRedeploy: Plan;
  /** The object as somebody who logs in gets it at the edge, and as others get it. */
  readonly openedAgain: { readonly status: number; readonly text: string };
  readonly withoutCookies: number;
}

/** Everything of a plan that deletes or replaces what holds data or a key. */
export const losses = ({ changes }: Plan): string[] =>
  changes
    .filter(({ actions }) => actions.includes('delete'))
    .map(({ address }) => address)
    .filter((address) => KEPT_RESOURCE.test(address));

/**
 * The settings of a snapshot byte by byte, but for the id of the distribution: the next deploy
 * makes another one, and policies name it.
 */
export function protectionsOf({ protections }: Snapshot): Readonly<Record<string, string>> {
  const withoutId = (settings: unknown): string =>
    JSON.stringify(settings).replace(/(?<=:distribution\/)[A-Z0-9]+/g, 'ID');
  return Object.fromEntries(
    Object.entries(protections).map(([name, settings]) => [name, withoutId(settings)]),
  );
}

/** The answer to a question about a bucket; undefined where nothing was set. */
async function settingOf(asked: Promise<object>): Promise<object | undefined> {
  try {
    return { ...(await asked), $metadata: undefined };
  } catch (error) {
    if (error instanceof Error && ABSENT.test(error.name)) return undefined;
    throw error;
  }
}

/** A cloud whose environment keeps what it holds, and the steps that show it. */
export class KeptCloud {
  readonly #cloud: TestCloud;
  readonly #name: string;

  constructor(cloud: TestCloud, name: string) {
    this.#cloud = cloud;
    this.#name = name;
  }

  /** As `planOnlyWith`; then the stack is synthesised again without the change. */
  async planWith(change: (document: Document) => void): Promise<Plan> {
    try {
      return await this.planOnlyWith(change);
    } finally {
      await this.#cloud.stack.synthesise();
    }
  }

  /** Changes the environment file for good and applies it. */
  async applyWith(changes: object): Promise<void> {
    const { environmentFile, stack } = this.#cloud;
    const document = JSON.parse(readFileSync(environmentFile, 'utf8')) as object;
    writeFileSync(environmentFile, JSON.stringify({ ...document, ...changes }));
    await stack.synthesise();
    await stack.apply();
  }

  /**
   * Plans the delivery stack with one change of the environment file. The file is put back; the
   * stack stays synthesised with the change, so many plans in a row cost one synthesis each.
   *
   * @param options of `terraform plan`
   */
  async planOnlyWith(
    change: (document: Document) => void,
    options: readonly string[] = [],
  ): Promise<Plan> {
    const { environmentFile, stack } = this.#cloud;
    const before = readFileSync(environmentFile, 'utf8');
    const document = JSON.parse(before) as Document;
    change(document);
    writeFileSync(environmentFile, JSON.stringify(document));
    try {
      await stack.synthesise();
      return await planStack(stack, options);
    } finally {
      writeFileSync(environmentFile, before);
    }
  }

  /** Writes an object, which must stay. */
  async writeNote(): Promise<void> {
    const Bucket = this.#cloud.deployment.buckets.content.name;
    await this.#cloud.clients.s3.send(new PutObjectCommand({ Bucket, Key: KEY, Body: NOTE }));
  }

  async readNote(): Promise<string> {
    const Bucket = this.#cloud.deployment.buckets.content.name;
    const { Body } = await this.#cloud.clients.s3.send(new GetObjectCommand({ Bucket, Key: KEY }));
    return (await Body?.transformToString()) ?? '';
  }

  async takeSnapshot(): Promise<Snapshot> {
    const protections = {
      ...(await this.#readBuckets()),
      ...(await this.#readKeys()),
      ...(await this.#readLogGroups()),
      ...(await this.#readTable()),
    };
    return { protections, keyIds: await this.#keyIds(), note: await this.readNote() };
  }

  /** Destroys, deploys in vain, adopts, deploys. */
  async leaveAndComeBack(): Promise<Comeback> {
    const { stack } = this.#cloud;
    const before = await this.takeSnapshot();
    const destroyed = await runEdgepass(['destroy', this.#name, '--yes']);
    const afterDestroy = await this.takeSnapshot();
    const stateAfterDestroy = await stack.terraform(['state', 'list']);
    const refusal = await stack.apply().then(() => 'applied', String);
    const keyIdsAfterRefusal = await this.#keyIds();
    const adopted = await runEdgepass(['adopt', this.#name]);
    await stack.synthesise();
    await stack.apply();
    return {
      before,
      destroyed,
      afterDestroy,
      stateAfterDestroy,
      refusal,
      keyIdsAfterRefusal,
      adopted,
      afterRedeploy: await this.takeSnapshot(),
      planAfterRedeploy: await planStack(stack),
      ...(await this.#openAgain()),
    };
  }

  /** Asks the edge, which follows the new distribution. */
  async #openAgain(): Promise<Pick<Comeback, 'openedAgain' | 'withoutCookies'>> {
    await this.#cloud.watcher.refresh();
    const session = await openSession(this.#cloud, 'ada');
    const { status, text } = await session.view(`/${KEY}`);
    const { status: withoutCookies } = await view(this.#cloud, `/${KEY}`);
    return { openedAgain: { status, text }, withoutCookies };
  }

  async #keyIds(): Promise<string[]> {
    const { Keys = [] } = await this.#cloud.clients.kms.send(new ListKeysCommand({}));
    return Keys.map(({ KeyId = '' }) => KeyId).sort();
  }

  async #readBuckets(): Promise<Record<string, unknown>> {
    const { s3 } = this.#cloud.clients;
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    const names = Buckets.map(({ Name = '' }) => Name).filter(
      (name) => name.includes(this.#name) && !name.includes('results'),
    );
    const settings = names.map(async (Bucket) => {
      const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      const answers = await Promise.all([
        settingOf(s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
        settingOf(s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))),
        settingOf(s3.send(new GetBucketEncryptionCommand({ Bucket }))),
        settingOf(s3.send(new GetBucketVersioningCommand({ Bucket }))),
        settingOf(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
        settingOf(s3.send(new GetObjectLockConfigurationCommand({ Bucket }))),
        settingOf(s3.send(new GetBucketLoggingCommand({ Bucket }))),
      ]);
      return [Bucket, [Policy, ...answers]] as const;
    });
    return Object.fromEntries<unknown>(await Promise.all(settings));
  }

  async #readLogGroups(): Promise<Record<string, unknown>> {
    const logs = new CloudWatchLogsClient(
      clientSettings(this.#cloud.environment, 'CLOUDWATCH_LOGS'),
    );
    const logGroups: LogGroup[] = [];
    for await (const page of paginateDescribeLogGroups({ client: logs }, {}))
      logGroups.push(...(page.logGroups ?? []));
    // The log of the refusal metric is not kept: what went wrong there is repeated.
    const ours = logGroups.filter(
      ({ logGroupName = '' }) =>
        logGroupName.includes(this.#name) && !logGroupName.includes('/states/'),
    );
    return Object.fromEntries(
      ours.map(({ logGroupName = '', retentionInDays, kmsKeyId }) => [
        logGroupName,
        { retentionInDays, kmsKeyId },
      ]),
    );
  }

  async #readTable(): Promise<Record<string, unknown>> {
    const client = new DynamoDBClient(clientSettings(this.#cloud.environment, 'DYNAMODB'));
    const TableName = this.#cloud.deployment.fileTable;
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const { KeySchema, SSEDescription, DeletionProtectionEnabled } = Table ?? {};
    const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
    const { PointInTimeRecoveryStatus } =
      backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
    return {
      [String(TableName)]: {
        KeySchema,
        encryption: SSEDescription?.Status,
        DeletionProtectionEnabled,
        PointInTimeRecoveryStatus,
      },
    };
  }

  async #readKeys(): Promise<Record<string, unknown>> {
    const { kms } = this.#cloud.clients;
    const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
    const ours = Aliases.filter(({ AliasName = '' }) => AliasName.includes(this.#name));
    const policies = ours.map(async ({ AliasName = '', TargetKeyId: KeyId }) => {
      const asked = new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' });
      const { Policy = '' } = await kms.send(asked);
      return [AliasName, { KeyId, Policy }] as const;
    });
    return Object.fromEntries<unknown>(await Promise.all(policies));
  }
}
