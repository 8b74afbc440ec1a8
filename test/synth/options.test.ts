import { FUNCTION_METRICS } from '#core/function-metrics';
import { createPowertoolsTelemetry } from '#lambdas/http/powertools-telemetry';
import { ContentDomain } from '#modules/edge/content-domain';
import { WebAcl } from '#modules/edge/web-acl';
import {
  type Block,
  changedEnvironment,
  environmentOf,
  statementsOf,
  synthesise,
  type Synthesised,
  synthesiseDelivery,
} from './synthesised';

const EDGE = 'aws.edge';
const example = synthesiseDelivery(environmentOf('example'));

describe('content domain', () => {
  const domain = (props: { certificateArn?: string; hostedZoneId?: string }) =>
    synthesise((stack, edgeProvider) => {
      const content = new ContentDomain(stack, 'domain', {
        hostName: 'media.example.com',
        edgeProvider,
        ...props,
      });
      content.pointAt({
        distributionDomainName: 'd1.cloudfront.net',
        distributionHostedZoneId: 'Z2',
        ipv6: true,
      });
    });

  test('minimal: a certificate of yours, DNS records that you make', () => {
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/1';
    expect(domain({ certificateArn }).json.resource).toBeUndefined();
  });

  test('maximum: certificate in us-east-1, validated in the zone, addresses of both families', () => {
    const synthesised = domain({ hostedZoneId: 'Z1' });
    expect(synthesised.one('aws_acm_certificate')).toMatchObject({
      domain_name: 'media.example.com',
      validation_method: 'DNS',
      provider: EDGE,
    });
    const types = synthesised.all('aws_route53_record').map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['A', 'AAAA']));
    expect(types).toHaveLength(3);
  });

  test('rejects a host without certificate and without zone', () => {
    expect(() => domain({})).toThrow(
      'certificateArn: expected a certificate in us-east-1 or a hostedZoneId, got nothing',
    );
  });

  test('the distribution takes the host as its alias, and content its base URL', () => {
    expect(example.one('aws_cloudfront_distribution')['aliases']).toEqual(['media.example.com']);
    expect(example.json.output?.['content_base_url']?.value).toBe('https://media.example.com');
  });

  test('without a content host it is the distribution itself, with its own certificate', () => {
    const environment = changedEnvironment('example', (document) => {
      delete document['contentHost'];
      document['appOrigins'] = [];
    });
    const synthesised = synthesiseDelivery(environment);
    expect(synthesised.one('aws_cloudfront_distribution')).toMatchObject({
      viewer_certificate: { cloudfront_default_certificate: true },
    });
    expect(synthesised.one('aws_cloudfront_distribution')).not.toHaveProperty('aliases');
    expect(String(synthesised.json.output?.['content_base_url']?.value)).toMatch(
      /^https:\/\/\$\{aws_cloudfront_distribution\./,
    );
  });
});

describe('web ACL', () => {
  const acl = (requestsPerFiveMinutes?: number) =>
    synthesise(
      (stack, edgeProvider) =>
        new WebAcl(stack, 'acl', {
          environmentName: 'test',
          edgeProvider,
          ...(requestsPerFiveMinutes !== undefined && { requestsPerFiveMinutes }),
        }),
    ).one('aws_wafv2_web_acl');

  test("minimal, S-12: AWS's common and known-bad-input rules, and a rate for the API", () => {
    expect(acl()).toMatchObject({ scope: 'CLOUDFRONT', provider: EDGE });
    const rules = acl()['rule'] as { name: string; statement: Block }[];
    expect(rules.map(({ name }) => name)).toEqual([
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'ApiRequestsPerAddress',
    ]);
    expect(rules[2]?.statement['rate_based_statement']).toMatchObject({
      limit: 300,
      aggregate_key_type: 'IP',
      scope_down_statement: {
        byte_match_statement: { search_string: '/api/', positional_constraint: 'STARTS_WITH' },
      },
    });
  });

  test("S-12: AWS's common rules look at the API alone: they would refuse content for its file names", () => {
    const rules = acl()['rule'] as { statement: Block }[];
    const [common, knownBad, rate] = rules.map(
      ({ statement }) => Object.values(statement)[0] as Block,
    );
    expect(common?.['scope_down_statement']).toBeDefined();
    expect(common?.['scope_down_statement']).toEqual(rate?.['scope_down_statement']);
    expect(knownBad).not.toHaveProperty('scope_down_statement');
  });

  test('S-12: the rate counts a path in whatever way it is written, as the edge reads it', () => {
    const [, , rate] = acl()['rule'] as { statement: Block }[];
    expect(rate?.statement).toMatchObject({
      rate_based_statement: {
        scope_down_statement: {
          byte_match_statement: {
            text_transformation: [
              { priority: 0, type: 'URL_DECODE' },
              { priority: 1, type: 'NORMALIZE_PATH' },
            ],
          },
        },
      },
    });
  });

  test('maximum: a rate of your own', () => {
    expect(JSON.stringify(acl(1000))).toContain('"limit":1000');
  });

  test.each([9, 10.5, Number.NaN])('rejects a rate of %d', (rate) => {
    expect(() => acl(rate)).toThrow(
      'requestsPerFiveMinutes: expected a whole number of at least 10',
    );
  });

  test('S-12: it is in front of the distribution; a web ACL of yours is not changed', () => {
    expect(String(example.one('aws_cloudfront_distribution')['web_acl_id'])).toContain(
      'aws_wafv2_web_acl',
    );
    const arn = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/ours/1';
    const environment = changedEnvironment('example', (document) => {
      document['webAcl'] = { arn };
    });
    const synthesised = synthesiseDelivery(environment);
    expect(synthesised.types()).not.toContain('aws_wafv2_web_acl');
    expect(synthesised.one('aws_cloudfront_distribution')['web_acl_id']).toBe(arn);
  });
});

const queriesOf = (alarm: Block): readonly Block[] =>
  (alarm['metric_query'] ?? []) as readonly Block[];

/** Name of the metric whose rate an alarm watches. */
const rateOf = (alarm: Block): unknown => {
  const rate = queriesOf(alarm).find(({ id }) => id === 'rate');
  return (rate?.['metric'] as Block | undefined)?.['metric_name'];
};

describe('session function', () => {
  test('concurrency is reserved only where the environment says so', () => {
    expect(example.holding('aws_lambda_function', '-session"')).not.toHaveProperty(
      'reserved_concurrent_executions',
    );
    const reserved = synthesiseDelivery(
      changedEnvironment('example', (document) => {
        document['functions'] = { session: { reservedConcurrency: 20 } };
      }),
    );
    expect(reserved.holding('aws_lambda_function', '-session"')).toMatchObject({
      reserved_concurrent_executions: 20,
    });
  });
});

describe('alarms', () => {
  const alarms = example.all('aws_cloudwatch_metric_alarm');

  test('each names its metric and tells a topic of its own region', () => {
    const watched = alarms.map((alarm) => [
      alarm['namespace'] ?? 'AWS/CloudFront',
      alarm['metric_name'] ?? rateOf(alarm),
      alarm['provider'] ?? 'aws',
      String((alarm['alarm_actions'] as string[])[0]).includes('edge-alarms'),
    ]);
    expect(watched).toEqual(
      expect.arrayContaining([
        ['AWS/Lambda', 'Errors', 'aws', false],
        ['AWS/Lambda', 'Throttles', 'aws', false],
        ['AWS/ApiGateway', '5xx', 'aws', false],
        ['Edgepass', 'FailedRequests', 'aws', false],
        ['Edgepass', 'RefusedRequests', 'aws', false],
        ['AWS/Firehose', 'DeliveryToS3.DataFreshness', 'aws', false],
        ['AWS/CloudFront', '5xxErrorRate', EDGE, true],
        ['AWS/CloudFront', '403ErrorRate', EDGE, true],
      ]),
    );
    // The two functions have four alarms each.
    expect(watched).toHaveLength(12);
  });

  test.each([
    ['FailedRequests', 'signing-failed', 503, 'session', 'session'],
    ['RefusedRequests', 'token-expired', 401, 'session', 'session'],
    ['FailedRequests', 'registry-failed', 503, 'files', 'files-api'],
    ['RefusedRequests', 'other-owner', 404, 'files', 'files-api'],
  ] as const)(
    '%s of %s is watched under exactly the name that its function writes',
    (...metric) => {
      const [metricName, reason, status, part, name] = metric;
      const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
      const service = FUNCTION_METRICS.services[part];
      createPowertoolsTelemetry(`edgepass-example-${name}`, service).countRefused(reason, status);
      const lines = written.mock.calls.map(
        ([line]) => JSON.parse(String(line)) as Record<string, unknown>,
      );
      written.mockRestore();
      const alarm = alarms.find(
        (one) => one['metric_name'] === metricName && JSON.stringify(one).includes(`"${service}"`),
      );
      const dimensions = alarm?.['dimensions'] as Record<string, string>;
      const total = lines.find((line) => !('reason' in line));

      expect(total).toMatchObject({
        [metricName]: 1,
        service: dimensions['service'],
        _aws: {
          CloudWatchMetrics: [
            {
              Namespace: alarm?.['namespace'],
              Dimensions: [Object.keys(dimensions).sort().reverse()],
            },
          ],
        },
      });
      expect(example.holding('aws_lambda_function', `-${name}"`)['function_name']).toBe(
        total?.['function'],
      );
      expect(dimensions['function']).toMatch(/^\$\{aws_lambda_function\..*\.function_name\}$/);
      expect(alarm).toMatchObject({ statistic: 'Sum' });
    },
  );

  test('alarms on rates stay quiet while there are few requests, and the number can be chosen', () => {
    const conditions = (synthesised: Synthesised): unknown[] =>
      synthesised
        .all('aws_cloudwatch_metric_alarm')
        .map(queriesOf)
        .filter((queries) => queries.length > 0)
        .map((queries) => {
          const [decides] = queries.filter((query) => query['return_data'] === true);
          return [decides?.['expression'], queries.map(({ id }) => id).sort()];
        });
    const ids = ['enough', 'rate', 'requests'];
    expect(conditions(example)).toEqual(Array(2).fill(['IF(requests >= 100, rate, 0)', ids]));
    const other = synthesiseDelivery(
      changedEnvironment('example', (document) => {
        document['alarms'] = { emails: ['operations@example.com'], rateRequestsMin: 7 };
      }),
    );
    expect(conditions(other)).toEqual([['IF(requests >= 7, rate, 0)', ids]]);
  });

  test('S-14: every Firehose stream has an alarm on records that wait, by its own name', () => {
    const streams = example.all('aws_kinesis_firehose_delivery_stream').map(({ name }) => name);
    const late = alarms.filter((alarm) => alarm['namespace'] === 'AWS/Firehose');
    expect(streams).toEqual(['edgepass-example-issued-grants']);
    expect(late.map(({ dimensions }) => dimensions)).toEqual(
      streams.map((DeliveryStreamName) => ({ DeliveryStreamName })),
    );
    const [settings] = example.all('aws_kinesis_firehose_delivery_stream');
    const { buffering_interval: wait } = settings?.['extended_s3_configuration'] as Block;
    expect(late[0]).toMatchObject({ statistic: 'Maximum', threshold: 1_800 });
    expect(wait).toBeLessThan(1_800);
  });

  test('the alarm on refusals and its paid subscription are one switch', () => {
    expect(example.types()).toContain('aws_cloudfront_monitoring_subscription');
    const environment = changedEnvironment('example', (document) => {
      document['alarms'] = { emails: ['operations@example.com'] };
    });
    const synthesised = synthesiseDelivery(environment);
    expect(synthesised.types()).not.toContain('aws_cloudfront_monitoring_subscription');
    expect(synthesised.text).not.toContain('403ErrorRate');
  });

  test('alarms of this account may publish to a topic, and nobody else to that of the edge', () => {
    const [home, edge] = ['aws', EDGE].map((place) =>
      example
        .all('aws_sns_topic_policy')
        .filter(({ provider = 'aws' }) => provider === place)
        .flatMap(({ policy }) => statementsOf(policy)),
    );
    const fromAlarms = {
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': expect.stringContaining('account_id') as string },
      },
    };
    expect(edge).toEqual([expect.objectContaining(fromAlarms)]);
    expect(home).toHaveLength(2);
    expect(home?.[0]).toMatchObject(fromAlarms);
  });

  test('K-04: events reach the topic: EventBridge fills no condition keys in when it publishes', () => {
    const fromEvents = example
      .all('aws_sns_topic_policy')
      .flatMap(({ policy }) => statementsOf(policy))
      .filter(({ Principal }) => JSON.stringify(Principal).includes('events.amazonaws.com'));
    expect(fromEvents).toEqual([
      {
        Sid: 'EventsPublish',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: expect.stringContaining('aws_sns_topic.operations_alarms') as string,
      },
    ]);
  });

  test('topics of yours are used as they are', () => {
    const topicArn = 'arn:aws:sns:eu-central-1:123456789012:ours';
    const edgeTopicArn = 'arn:aws:sns:us-east-1:123456789012:ours';
    const environment = changedEnvironment('example', (document) => {
      document['alarms'] = { topicArn, edgeTopicArn };
    });
    const synthesised = synthesiseDelivery(environment);
    expect(synthesised.types()).not.toContain('aws_sns_topic');
    expect(synthesised.text).toContain(topicArn);
    expect(synthesised.text).toContain(edgeTopicArn);
  });

  test("K-04: a content key of the environment's own is watched beside the signing keys; of others none", () => {
    const watched = (change: (document: Record<string, unknown>) => void): string[] => {
      const rule = synthesiseDelivery(changedEnvironment('example', change)).one(
        'aws_cloudwatch_event_rule',
      );
      const pattern = JSON.parse(String(rule['event_pattern'])) as {
        detail: { resources: { ARN: string[] } };
      };
      return pattern.detail.resources.ARN;
    };
    const signingKeys = watched((document) => {
      document['content'] = { encryption: 's3' };
    });
    expect(signingKeys).toHaveLength(2);
    const own = watched((document) => {
      document['content'] = { encryption: 'kms' };
    });
    const foreign = watched((document) => {
      document['content'] = {
        existingKmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1',
      };
    });
    expect(own).toEqual([...signingKeys, expect.stringMatching(/aws_kms_key\.content/)]);
    expect(foreign).toEqual(signingKeys);
  });

  test('no alarms unless they are asked for', () => {
    const environment = changedEnvironment('example', (document) => {
      delete document['alarms'];
    });
    const types = synthesiseDelivery(environment).types();
    expect(types.filter((type) => /alarm|sns|event/.test(type))).toEqual([]);
  });
});

describe('regions', () => {
  test('no resource names a region: the same JSON must fit AWS provider 5.100 and 6.x', () => {
    for (const blocks of Object.values(example.json.resource)) {
      for (const block of Object.values(blocks)) expect(block).not.toHaveProperty('region');
    }
  });

  test('exactly what CloudFront wants there is in us-east-1', () => {
    const inEdgeRegion = Object.entries(example.json.resource).flatMap(([type, blocks]) =>
      Object.values(blocks)
        .filter(({ provider }) => provider === EDGE)
        .map(() => type),
    );
    expect([...new Set(inEdgeRegion)].sort()).toEqual([
      'aws_acm_certificate',
      'aws_acm_certificate_validation',
      'aws_cloudwatch_log_delivery',
      'aws_cloudwatch_log_delivery_destination',
      'aws_cloudwatch_log_delivery_source',
      'aws_cloudwatch_metric_alarm',
      'aws_sns_topic',
      'aws_sns_topic_policy',
      'aws_sns_topic_subscription',
      'aws_ssm_parameter',
      'aws_wafv2_web_acl',
    ]);
  });
});

describe('retention', () => {
  const BUCKETS = ['content_bucket', 'logs_bucket_objects'];
  const address = (type: string) => (start: string) =>
    expect.stringMatching(new RegExp(`^aws_${type}\\.${start}_`)) as string;

  test('keep: what stays is listed by its address', () => {
    expect(example.json.output?.['kept_on_destroy']?.value).toEqual([
      ...['api_access-log', 'files_log', 'session_issued-grants', 'session_log'].map(
        address('cloudwatch_log_group'),
      ),
      address('dynamodb_table')('files_registry'),
      ...['content_key', 'signing_a', 'signing_b'].map(address('kms_alias')),
      ...['content_key', 'signing_a', 'signing_b'].map(address('kms_key')),
      ...['content_key', 'signing_a', 'signing_b'].map(address('kms_key_policy')),
      ...BUCKETS.map(address('s3_bucket')),
      ...BUCKETS.map(address('s3_bucket_lifecycle_configuration')),
      ...BUCKETS.map(address('s3_bucket_ownership_controls')),
      address('s3_bucket_policy')('content_access'),
      address('s3_bucket_policy')('logs_bucket_access'),
      ...BUCKETS.map(address('s3_bucket_public_access_block')),
      ...BUCKETS.map(address('s3_bucket_server_side_encryption_configuration')),
      ...BUCKETS.map(address('s3_bucket_versioning')),
      ...[
        ...['content_bucket', 'content_key', 'files_registry'],
        ...['logs_bucket', 'signing_a', 'signing_b'],
      ].map(address('ssm_parameter')),
    ]);
  });

  test('delete: nothing stays', () => {
    const local = synthesiseDelivery(environmentOf('local'));
    expect(local.json.output?.['kept_on_destroy']?.value).toEqual([]);
    expect(local.text).not.toContain('prevent_destroy');
    expect(local.text).not.toContain('skip_destroy');
  });
});
