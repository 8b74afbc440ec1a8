import { LOG_HOURS_AFTER, LOG_HOURS_BEFORE } from '#core/contract/log-window';

/** Names under which CloudWatch keeps refusals; alarms name the same. */
export const REFUSAL_METRIC = {
  namespace: 'Edgepass',
  name: 'Refusals',
  /** Dimensions, in this order. */
  dimensions: { environment: 'environment', cause: 'cause' },
} as const;

const HOUR_MILLISECONDS = 3_600_000;
/** How many hours ago the hour begins that is asked about: its logs have had time to arrive. */
const HOURS_BACK = 2;
const POLL_SECONDS = 10;

/** Columns of the query that are published. */
export const REFUSAL_COLUMNS = { cause: 'cause', refusals: 'refusals' } as const;

/** What the steps are made for. */
export interface RefusalMetricInput {
  readonly environmentName: string;
  readonly workgroupName: string;
  readonly databaseName: string;
  readonly statementName: string;
  /** Names of the statement's values in order. */
  readonly order: readonly string[];
  /** Positions of two columns in its answer, from 0. */
  readonly causeAt: number;
  readonly refusalsAt: number;
}

/**
 * SQL literals of the hour, as JSONata over the variable `from`, milliseconds since the Unix epoch.
 */
function hourLiteral(name: string): string {
  const at = (hours: number): string => `$from + ${hours * HOUR_MILLISECONDS}`;
  const partition = (hours: number): string =>
    `"'" & $fromMillis(${at(hours)}, "[Y0001]/[M01]/[D01]/[H01]") & "'"`;
  const time = (hours: number): string =>
    `"timestamp '" & $fromMillis(${at(hours)}, "[Y0001]-[M01]-[D01] [H01]:00:00") & "'"`;
  switch (name) {
    case 'from_partition':
      return partition(-LOG_HOURS_BEFORE);
    case 'to_partition':
      return partition(1 + LOG_HOURS_AFTER);
    case 'from':
      return time(0);
    case 'to':
      return time(1);
    default:
      throw new Error(`order: expected the times of a query, got ${name}`);
  }
}

const jsonata = (expression: string): string => `{% ${expression} %}`;

/** Asks, and waits until there is an answer or none will come. */
function querySteps(input: RefusalMetricInput): Record<string, unknown> {
  const values = input.order.map(hourLiteral).join(' & ", " & ');
  return {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:athena:startQueryExecution',
      Arguments: {
        QueryString: jsonata(`"EXECUTE ${input.statementName} USING " & ${values}`),
        WorkGroup: input.workgroupName,
        QueryExecutionContext: { Database: input.databaseName },
      },
      Assign: { query: jsonata('$states.result.QueryExecutionId') },
      Next: 'Wait',
    },
    Wait: { Type: 'Wait', Seconds: POLL_SECONDS, Next: 'Look' },
    Look: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:athena:getQueryExecution',
      Arguments: { QueryExecutionId: jsonata('$query') },
      Output: jsonata('$states.result.QueryExecution.Status.State'),
      Next: 'IsDone',
    },
    IsDone: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata('$states.input = "SUCCEEDED"'), Next: 'Read' },
        { Condition: jsonata('$states.input in ["QUEUED", "RUNNING"]'), Next: 'Wait' },
      ],
      Default: 'Failed',
    },
    Failed: { Type: 'Fail', Error: 'QueryFailed', Cause: 'Athena ended the query' },
  };
}

/**
 * Reads the answer and publishes one value for each cause. Athena puts a row with the names of the
 * columns before those of a SELECT; whether before those of an EXECUTE is not documented, so the
 * row is told by its text.
 */
function publishSteps(input: RefusalMetricInput): Record<string, unknown> {
  const { namespace, name, dimensions } = REFUSAL_METRIC;
  const value = (at: number): string => `Data[${at}].VarCharValue`;
  return {
    Read: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:athena:getQueryResults',
      Arguments: { QueryExecutionId: jsonata('$query') },
      Assign: {
        rows: jsonata(
          `[$states.result.ResultSet.Rows[${value(input.causeAt)} != "${REFUSAL_COLUMNS.cause}"]]`,
        ),
      },
      Next: 'IsAnythingRefused',
    },
    IsAnythingRefused: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$count($rows) > 0'), Next: 'Publish' }],
      Default: 'Done',
    },
    Publish: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:cloudwatch:putMetricData',
      Arguments: {
        Namespace: namespace,
        MetricData: jsonata(
          `[$rows.{"MetricName": "${name}", "Unit": "Count", "Timestamp": $fromMillis($from), ` +
            `"Value": $number(${value(input.refusalsAt)}), "Dimensions": [` +
            `{"Name": "${dimensions.environment}", "Value": "${input.environmentName}"}, ` +
            `{"Name": "${dimensions.cause}", "Value": ${value(input.causeAt)}}]}]`,
        ),
      },
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  };
}

/**
 * The steps in Amazon States Language: which hour, ask, wait, read, publish.
 *
 * @throws {Error} for a statement that takes more than times
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function buildRefusalMetricSteps(input: RefusalMetricInput): Record<string, unknown> {
  const thisHour = '$toMillis($substring($states.input.scheduledAt, 0, 13) & ":00:00Z")';
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'ChooseHour',
    States: {
      ChooseHour: {
        Type: 'Pass',
        Assign: { from: jsonata(`${thisHour} - ${HOURS_BACK * HOUR_MILLISECONDS}`) },
        Next: 'Ask',
      },
      ...querySteps(input),
      ...publishSteps(input),
    },
  };
}
