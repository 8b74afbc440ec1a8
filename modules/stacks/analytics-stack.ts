import type { Construct } from 'constructs';
import type { LogAccess } from '../analytics/log-readers';
import { LogWorkspace, type LogWorkspaceProps } from '../analytics/log-workspace';
import { QueryResults } from '../analytics/query-results';
import { RefusalMetric } from '../analytics/refusal-metric';
import { DeployedDistribution } from '../edge/deployed-distribution';
import { LOG_BUCKETS, type LogBucketNames } from '../logs/log-places';
import { homeAlarmTopic } from '../operations/alarm-topic';
import { MetricAlarm } from '../operations/metric-alarm';
import { bucketName, resourceName } from '../synthesis/resource-names';
import { EnvironmentStack, type EnvironmentStackProps } from './environment-stack';

/** Principals of the account, and not without a second factor. */
const ANYBODY_WITH_MFA = { requireMfa: true } as const;

/** What `AnalyticsStack` is made from. */
export interface AnalyticsStackProps extends EnvironmentStackProps {
  /** Every query of the set, from `listQueries`. */
  readonly queries: LogWorkspaceProps['queries'];
}

/**
 * Everything that queries logs. It knows the delivery stack only by names and by its deployment
 * record, and
 * is applied after it.
 *
 * @example
 * new AnalyticsStack(app, 'production-analytics', {
 *   environment,
 *   stateFolder: '/app/.edgepass/state',
 *   queries: listQueries(),
 * });
 */
export class AnalyticsStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, props: AnalyticsStackProps) {
    super(scope, id, props);
    const { queries } = props;
    const { owner, environment } = this;
    const { evidence, v1, queryScanLimitMegabytes, refusalMetric } = environment.logs;
    const { bucketRetentionDays, analysts = ANYBODY_WITH_MFA, evidenceReaders } = environment.logs;
    const { logs, ...withCredentials } = this.#bucketNames();
    const { environmentName } = owner;
    const workspace = {
      ...owner,
      distribution: new DeployedDistribution(this, 'delivered', { environmentName }),
      queries,
      results: new QueryResults(this, 'results', owner),
      scanLimitMegabytes: queryScanLimitMegabytes,
      retentionDays: bucketRetentionDays,
      evidenceRetentionDays: evidence?.retentionDays,
    };
    const { access } = new LogWorkspace(this, 'analysts', {
      ...workspace,
      readership: 'analysts',
      trust: analysts,
      buckets: { logs },
    });
    if (refusalMetric) this.#publishRefusals(access, queries);
    if (evidence === undefined && v1 === undefined) return;
    new LogWorkspace(this, 'evidence-readers', {
      ...workspace,
      readership: 'evidence-readers',
      ...(evidenceReaders !== undefined && { trust: evidenceReaders }),
      buckets: { logs, ...withCredentials },
    });
  }

  #publishRefusals(access: LogAccess, queries: AnalyticsStackProps['queries']): void {
    const { alarms, logs, name } = this.environment;
    const { stateMachineArn } = new RefusalMetric(this, 'refusal-metric', {
      access,
      queries,
      logRetentionDays: logs.functionRetentionDays,
    });
    if (alarms === undefined) return;
    new MetricAlarm(this, 'refusal-metric-failures', {
      name: resourceName(name, 'refusal-metric-failures'),
      description:
        'Refusals were not counted for an hour: alarms on causes are blind. Read the log of the state machine.',
      namespace: 'AWS/States',
      metricName: 'ExecutionsFailed',
      dimensions: { StateMachineArn: stateMachineArn },
      statistic: 'Sum',
      threshold: 1,
      topic: homeAlarmTopic(this.owner, alarms),
    });
  }

  /** Names that the delivery stack gave its buckets. */
  #bucketNames(): LogBucketNames {
    const { evidence, v1 } = this.environment.logs;
    const nameOf = (part: string): string => bucketName(this.owner, part);
    return {
      logs: nameOf(LOG_BUCKETS.logs),
      evidence: evidence && nameOf(LOG_BUCKETS.evidence),
      v1: v1 && nameOf(LOG_BUCKETS.v1),
    };
  }
}
