import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule';
import { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine';
import { Construct } from 'constructs';
import type { QueryDescription } from '#analytics/catalog';
import { prepareStatement } from '#analytics/render-query';
import { LogGroup } from '../logs/log-group';
import { acceptFindings } from '../synthesis/accepted-findings';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import { resourceName } from '../synthesis/resource-names';
import { accessStatements, type LogAccess } from './log-readers';
import { preparedStatementName } from './query-workgroup';
import { buildRefusalMetricSteps, REFUSAL_COLUMNS, REFUSAL_METRIC } from './refusal-metric-steps';

const QUERY_NAME = 'refusals-over-time';
/** Half past every hour: the hour that is queried has then ended at least 30 minutes ago. */
const SCHEDULE = 'cron(30 * * * ? *)';

/**
 * What Step Functions needs to write its log; none of these actions takes a resource.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
const DELIVER_LOGS: PolicyStatement = {
  Sid: 'DeliverLogs',
  Effect: 'Allow',
  Action: [
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:UpdateLogDelivery',
  ],
  Resource: '*',
};

/** What `RefusalMetric` is made from. */
export interface RefusalMetricProps {
  /** Workspace in which the query runs. */
  readonly access: LogAccess;
  /** Every query of the set; `refusals-over-time` must be among them. */
  readonly queries: readonly QueryDescription[];
  /**
   * Days for which failures of the state machine are kept; one of the values of CloudWatch Logs.
   */
  readonly logRetentionDays: number;
}

/**
 * Counts refusals by cause every hour and publishes them as a metric, so that you can have an
 * alarm on a
 * single cause; the metrics of CloudFront do not tell causes apart. Step Functions calls Athena and
 * CloudWatch itself, without a function.
 *
 * @throws {Error} when `queries` does not hold the query
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 *
 * @example
 * new RefusalMetric(stack, 'refusal-metric', {
 *   access: workspace.access,
 *   queries,
 *   logRetentionDays: 90,
 * });
 */
export class RefusalMetric extends Construct {
  /** The underlying state machine. */
  readonly resource: SfnStateMachine;
  /** ARN of the state machine, by which CloudWatch counts its failures. */
  readonly stateMachineArn: string;
  readonly #access: LogAccess;
  readonly #name: string;

  constructor(scope: Construct, id: string, props: RefusalMetricProps) {
    super(scope, id);
    const { access, queries } = props;
    this.#access = access;
    this.#name = resourceName(access.environmentName, 'refusal-metric');
    const query = queries.find(({ name }) => name === QUERY_NAME);
    if (query === undefined) {
      throw new Error(`queries: expected one called ${QUERY_NAME}, got none of that name`);
    }
    this.resource = this.#createMachine(query, props.logRetentionDays);
    this.stateMachineArn = this.resource.arn;
    this.#schedule(this.resource);
  }

  /**
   * What went wrong, not kept for long: a failure is repeated, or one hour of the metric is
   * missing.
   */
  #createLog(retentionDays: number): LogGroup {
    return new LogGroup(this, 'log', {
      // Log groups of other names need room in the account's one resource policy for logs.
      name: `/aws/vendedlogs/states/${this.#name}`,
      retentionDays,
      retention: 'delete',
    });
  }

  #createMachine(query: QueryDescription, logRetentionDays: number): SfnStateMachine {
    const role = this.#createRole('steps', 'states.amazonaws.com', [
      ...accessStatements(this.#access),
      {
        Sid: 'PublishRefusals',
        Effect: 'Allow',
        Action: 'cloudwatch:PutMetricData',
        // The action takes no resource.
        Resource: '*',
        Condition: { StringEquals: { 'cloudwatch:namespace': REFUSAL_METRIC.namespace } },
      },
      DELIVER_LOGS,
    ]);
    const log = this.#createLog(logRetentionDays);
    const { environmentName, workgroupName, databaseName } = this.#access;
    const machine = new SfnStateMachine(this, 'steps', {
      name: this.#name,
      roleArn: role.arn,
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: true,
        logDestination: `${log.logGroupArn}:*`,
      },
      definition: JSON.stringify(
        buildRefusalMetricSteps({
          environmentName,
          workgroupName,
          databaseName,
          statementName: preparedStatementName(query.name),
          order: prepareStatement(query).order,
          causeAt: query.columns.indexOf(REFUSAL_COLUMNS.cause),
          refusalsAt: query.columns.indexOf(REFUSAL_COLUMNS.refusals),
        }),
      ),
    });
    acceptFindings(machine, {
      CKV_AWS_284:
        'One execution an hour with three steps; its log has every failure, with the data of the step.',
    });
    return machine;
  }

  #schedule(machine: SfnStateMachine): void {
    const role = this.#createRole('schedule', 'scheduler.amazonaws.com', [
      {
        Sid: 'StartSteps',
        Effect: 'Allow',
        Action: 'states:StartExecution',
        Resource: machine.arn,
      },
    ]);
    const schedule = new SchedulerSchedule(this, 'schedule', {
      name: this.#name,
      description: 'Publishes refusals by cause',
      scheduleExpression: SCHEDULE,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: machine.arn,
        roleArn: role.arn,
        input: JSON.stringify({ scheduledAt: '<aws.scheduler.scheduled-time>' }),
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3_600 },
      },
    });
    acceptFindings(schedule, {
      CKV_AWS_297:
        'The schedule holds the time of its run and no secret. AWS encrypts it with its own key.',
    });
  }

  #createRole(id: string, service: string, permissions: readonly PolicyStatement[]): IamRole {
    const role = new IamRole(this, `${id}-role`, {
      name: `${this.#name}-${id}`,
      description: 'Publishes refusals by cause',
      assumeRolePolicy: policyDocument([
        {
          Sid: 'ServicePublishesRefusals',
          Effect: 'Allow',
          Principal: { Service: service },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': this.#access.accountId } },
        },
      ]),
    });
    new IamRolePolicy(this, `${id}-permissions`, {
      name: 'permissions',
      role: role.id,
      policy: policyDocument(permissions),
    });
    return role;
  }
}
