import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '#configuration/environment';
import { LogWorkspace, type LogWorkspaceProps } from '../analytics/log-workspace';
import { QueryResults } from '../analytics/query-results';
import { RefusalMetric } from '../analytics/refusal-metric';
import { DeployedDistribution } from '../edge/deployed-distribution';
import { LOG_BUCKETS, type LogBucketNames } from '../logs/log-places';
import { Account } from '../synthesis/account';
import { applyEmulatorDifferences } from '../synthesis/emulator-differences';
import { bucketName, type ResourceOwner } from '../synthesis/resource-names';
import { useStateBackend } from '../synthesis/state-backend';

/** What `AnalyticsStack` is made from. */
export interface AnalyticsStackProps {
  readonly environment: Environment;
  /** Absolute path of the folder for local state files. */
  readonly stateFolder: string;
  /** Every query of the set. */
  readonly queries: LogWorkspaceProps['queries'];
}

/**
 * Everything that asks questions of logs. It knows the delivery stack by names and by its deployment record
 * only, and is applied after it.
 */
export class AnalyticsStack extends TerraformStack {
  readonly #props: AnalyticsStackProps;
  readonly #owner: ResourceOwner;

  constructor(scope: Construct, id: string, props: AnalyticsStackProps) {
    super(scope, id);
    const { name, region, tags, state, target, contentHost } = props.environment;
    this.#props = props;
    useStateBackend(this, { ...state, folder: props.stateFolder });
    new AwsProvider(this, 'aws', { region, defaultTags: [{ tags }] });
    this.#owner = {
      environmentName: name,
      region,
      accountId: new Account(this, 'account').accountId,
    };
    this.#createWorkspaces();
    if (target === 'emulator' && contentHost?.localBaseUrl !== undefined) {
      const { localBaseUrl } = contentHost;
      applyEmulatorDifferences(this, { localBaseUrl, endpointVariables: {} });
    }
  }

  #createWorkspaces(): void {
    const { queries, environment } = this.#props;
    const { evidence, v1, queryScanLimitMegabytes } = environment.logs;
    const { logs, ...withCredentials } = this.#bucketNames();
    const { distributionId } = new DeployedDistribution(this, 'delivered', environment.name);
    const workspace = {
      ...this.#owner,
      distributionId,
      queries,
      results: new QueryResults(this, 'results', this.#owner),
      scanLimitMegabytes: queryScanLimitMegabytes,
    };
    const { access } = new LogWorkspace(this, 'analysts', {
      ...workspace,
      readership: 'analysts',
      buckets: { logs },
    });
    if (environment.logs.refusalMetric) {
      new RefusalMetric(this, 'refusal-metric', { access, queries });
    }
    if (evidence === undefined && v1 === undefined) return;
    new LogWorkspace(this, 'evidence-readers', {
      ...workspace,
      readership: 'evidence-readers',
      buckets: { logs, ...withCredentials },
    });
  }

  /** Names that the delivery stack gave its buckets. */
  #bucketNames(): LogBucketNames {
    const { evidence, v1 } = this.#props.environment.logs;
    const nameOf = (part: string): string => bucketName(this.#owner, part);
    return {
      logs: nameOf(LOG_BUCKETS.logs),
      evidence: evidence && nameOf(LOG_BUCKETS.evidence),
      v1: v1 && nameOf(LOG_BUCKETS.v1),
    };
  }
}
