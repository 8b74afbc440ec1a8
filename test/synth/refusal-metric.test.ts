import { listQueries } from '#analytics/catalog';
import { prepareStatement } from '#analytics/render-query';
import { buildRefusalMetricSteps } from '#modules/analytics/refusal-metric-steps';
import {
  type Block,
  changedEnvironment,
  environmentOf,
  statementsOf,
  synthesiseAnalytics,
} from './synthesised';

const queries = listQueries();
const query = queries.find(({ name }) => name === 'refusals-over-time');
const environment = changedEnvironment('example', (document) => {
  document['logs'] = { refusalMetric: true };
});
const metric = synthesiseAnalytics(environment, queries);

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Arguments?: Readonly<Record<string, unknown>>;
  readonly Assign?: Readonly<Record<string, string>>;
}

const input = {
  environmentName: 'example',
  workgroupName: 'edgepass-example-analysts',
  databaseName: 'edgepass_example_logs',
  statementName: 'refusals_over_time',
  order: ['from_partition', 'to_partition', 'from', 'to'],
  causeAt: 1,
  refusalsAt: 2,
} as const;

const machine = JSON.parse(String(metric.one('aws_sfn_state_machine')['definition'])) as {
  readonly QueryLanguage: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
};

test('minimal: off unless asked for', () => {
  const types = synthesiseAnalytics(environmentOf('example'), queries).types();
  expect(types.filter((type) => /sfn|scheduler/.test(type))).toEqual([]);
});

test('failures are logged, and told to the topic of the home region where there are alarms', () => {
  const log = metric.one('aws_cloudwatch_log_group');
  expect(log['name']).toBe('/aws/vendedlogs/states/edgepass-example-refusal-metric');
  expect(metric.one('aws_sfn_state_machine')['logging_configuration']).toMatchObject({
    level: 'ERROR',
    log_destination: expect.stringMatching(
      /^\$\{aws_cloudwatch_log_group\..*\.arn\}:\*$/,
    ) as string,
  });
  expect(metric.one('aws_cloudwatch_metric_alarm')).toMatchObject({
    namespace: 'AWS/States',
    metric_name: 'ExecutionsFailed',
    alarm_actions: [expect.stringMatching(/:sns:eu-central-1:.*:edgepass-example-alarms$/)],
  });
  const silent = changedEnvironment('example', (document) => {
    document['logs'] = { refusalMetric: true };
    delete document['alarms'];
  });
  expect(synthesiseAnalytics(silent, queries).types()).not.toContain('aws_cloudwatch_metric_alarm');
});

test('an alarm topic of yours is told instead', () => {
  const topicArn = 'arn:aws:sns:eu-central-1:123456789012:mine';
  const own = changedEnvironment('example', (document) => {
    document['logs'] = { refusalMetric: true };
    document['alarms'] = { emails: ['a@example.com'], topicArn };
  });
  const alarm = synthesiseAnalytics(own, queries).one('aws_cloudwatch_metric_alarm');
  expect(alarm['alarm_actions']).toEqual([topicArn]);
});

test('maximum: every hour, with the time at which it was due', () => {
  const schedule = metric.one('aws_scheduler_schedule');
  expect(schedule).toMatchObject({
    schedule_expression: 'cron(30 * * * ? *)',
    flexible_time_window: { mode: 'OFF' },
  });
  expect((schedule['target'] as Block)['input']).toBe(
    '{"scheduledAt":"<aws.scheduler.scheduled-time>"}',
  );
});

test('it asks the prepared statement for one hour, with values in the order of the statement', () => {
  if (query === undefined) throw new Error('the query set lacks refusals-over-time');
  const { order } = prepareStatement(query);
  const { Arguments: asked = {} } = machine.States['Ask'] ?? {};
  expect(asked).toMatchObject({
    WorkGroup: 'edgepass-example-analysts',
    QueryExecutionContext: { Database: 'edgepass_example_logs' },
  });
  const text = String(asked['QueryString']);
  expect(text).toContain('EXECUTE refusals_over_time USING ');
  const literals = text.match(/"(?:timestamp )?'" & \$fromMillis\(\$from \+ -?\d+/g) ?? [];
  const hours = { from_partition: -1, to_partition: 2, from: 0, to: 1 };
  expect(literals.map((literal) => Number(/-?\d+$/.exec(literal)?.[0]) / 3_600_000)).toEqual(
    order.map((name) => hours[name as keyof typeof hours]),
  );
  expect(literals.map((literal) => literal.includes('timestamp'))).toEqual(
    order.map((name) => !name.endsWith('_partition')),
  );
});

test('it reads the columns of the query by their places', () => {
  const published = String(machine.States['Publish']?.Arguments?.['MetricData']);
  const at = (column: string): string => `Data[${query?.columns.indexOf(column)}].VarCharValue`;
  expect(published).toContain(`"Value": $number(${at('refusals')})`);
  expect(published).toContain(`"Name": "cause", "Value": ${at('cause')}`);
  expect(published).not.toContain('Data[-1]');
});

test('it tells the row of names by its text: an EXECUTE may come without one', () => {
  const at = query?.columns.indexOf('cause');
  expect(machine.States['Read']?.Assign).toEqual({
    rows: `{% [$states.result.ResultSet.Rows[Data[${at}].VarCharValue != "cause"]] %}`,
  });
});

test('every step leads to one that there is, and both ends are reached', () => {
  const next = ({ Next, Default, Choices = [] }: State): string[] =>
    [Next, Default, ...Choices.map((choice) => choice.Next)].filter((one) => one !== undefined);
  const reached = new Set([machine.StartAt]);
  for (const name of reached) {
    const state = machine.States[name];
    if (state === undefined) throw new Error(`no step ${name}`);
    for (const other of next(state)) reached.add(other);
  }
  expect([...reached].sort()).toEqual(Object.keys(machine.States).sort());
  const ends = Object.values(machine.States).filter((state) => next(state).length === 0);
  expect(ends.map(({ Type }) => Type).sort()).toEqual(['Fail', 'Succeed']);
});

test('L-03, L-05: it reads what analysts read, writes one namespace and nothing else', () => {
  const role = metric.holding('aws_iam_role_policy', 'PublishRefusals');
  const analysts = metric.holding('aws_iam_role_policy', 'StayOut');
  const known = statementsOf(analysts['policy']).map((statement) => JSON.stringify(statement));
  const others = statementsOf(role['policy']).filter(
    (statement) => !known.includes(JSON.stringify(statement)),
  );
  expect(others).toEqual([
    {
      Sid: 'PublishRefusals',
      Effect: 'Allow',
      Action: 'cloudwatch:PutMetricData',
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': 'Edgepass' } },
    },
    // Without a resource: Step Functions writes its own log through these.
    expect.objectContaining({ Sid: 'DeliverLogs', Resource: '*' }),
  ]);
  const starter = metric.holding('aws_iam_role_policy', 'StartSteps');
  expect(statementsOf(starter['policy'])).toEqual([
    expect.objectContaining({
      Action: 'states:StartExecution',
      Resource: expect.stringMatching(/^\$\{aws_sfn_state_machine\./) as string,
    }),
  ]);
});

test.each(['states.amazonaws.com', 'scheduler.amazonaws.com'])(
  '%s takes on its role for this account only',
  (service) => {
    const role = metric.holding('aws_iam_role', service);
    expect(statementsOf(role['assume_role_policy'])[0]?.Condition).toEqual({
      StringEquals: {
        'aws:SourceAccount': expect.stringContaining('aws_caller_identity') as string,
      },
    });
  },
);

test('rejects a query set without the query, and a statement that takes more than times', () => {
  const without = queries.filter(({ name }) => name !== 'refusals-over-time');
  expect(() => synthesiseAnalytics(environment, without)).toThrow('refusals-over-time');
  expect(() => buildRefusalMetricSteps({ ...input, order: ['tenant'] })).toThrow('got tenant');
});
