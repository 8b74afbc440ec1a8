/** Values of an environment that stand in the ARNs of its resources. */
export interface DeployedPlace {
  readonly environment: string;
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  readonly hostedZoneId: string;
}

const EDGE_REGION = 'us-east-1';

/** Types whose ids AWS chooses: a policy cannot tell those of this environment from others. */
const CLOUDFRONT_TYPES = [
  'cache-policy',
  'distribution',
  'origin-access-control',
  'origin-request-policy',
  'response-headers-policy',
];

/**
 * ARNs of an environment by the type of resource, as the service authorization reference names
 * types. A name begins with `edgepass-<environment>-` wherever we choose it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function resourcePatterns(
  place: DeployedPlace,
): Readonly<Record<string, readonly string[]>> {
  const { environment, region, account, hostedZoneId } = place;
  const name = `edgepass-${environment}-*`;
  const database = `edgepass_${environment.replaceAll('-', '_')}_*`;
  const arn = (service: string, rest: string, where = region): string =>
    `arn:aws:${service}:${where}:${account}:${rest}`;
  const both = (service: string, rest: string): string[] =>
    [region, EDGE_REGION].map((where) => arn(service, rest, where));
  const logGroups = [
    `/aws/lambda/${name}`,
    `/aws/vendedlogs/${name}`,
    `/aws/vendedlogs/states/${name}`,
    `/edgepass/${environment}/*`,
  ];
  return {
    'acm:certificate': [arn('acm', 'certificate/*', EDGE_REGION)],
    'athena:workgroup': [arn('athena', `workgroup/${name}`)],
    ...Object.fromEntries(
      CLOUDFRONT_TYPES.map((type) => [
        `cloudfront:${type}`,
        [`arn:aws:cloudfront::${account}:${type}/*`],
      ]),
    ),
    'cloudfront:function': [`arn:aws:cloudfront::${account}:function/${name}`],
    'cloudwatch:alarm': both('cloudwatch', `alarm:${name}`),
    'dynamodb:table': [arn('dynamodb', `table/${name}`)],
    'events:rule-on-default-event-bus': [arn('events', `rule/${name}`)],
    'firehose:deliverystream': [arn('firehose', `deliverystream/${name}`)],
    'glue:catalog': [arn('glue', 'catalog')],
    'glue:database': [arn('glue', `database/${database}`)],
    'glue:rootcatalog': [arn('glue', 'catalog')],
    'glue:table': [arn('glue', `table/${database}/*`)],
    'iam:role': [`arn:aws:iam::${account}:role/${name}`],
    'kms:alias': [arn('kms', `alias/${name}`)],
    'kms:key': [arn('kms', 'key/*')],
    'lambda:function': [arn('lambda', `function:${name}`)],
    'logs:delivery': [arn('logs', 'delivery:*', EDGE_REGION)],
    'logs:delivery-destination': [arn('logs', `delivery-destination:${name}`, EDGE_REGION)],
    'logs:delivery-source': [arn('logs', `delivery-source:${name}`, EDGE_REGION)],
    'logs:log-group': [
      ...logGroups.map((group) => arn('logs', `log-group:${group}`)),
      arn('logs', `log-group:aws-waf-logs-${name}`, EDGE_REGION),
    ],
    'route53:change': ['arn:aws:route53:::change/*'],
    'route53:hostedzone': [`arn:aws:route53:::hostedzone/${hostedZoneId}`],
    's3:bucket': [`arn:aws:s3:::${name}`],
    's3:object': [`arn:aws:s3:::${name}/*`],
    'scheduler:schedule': [arn('scheduler', `schedule/default/${name}`)],
    'sns:topic': both('sns', name),
    'ssm:parameter': both('ssm', `parameter/edgepass/${environment}/*`),
    'states:statemachine': [arn('states', `stateMachine:${name}`)],
    'wafv2:managedruleset': [arn('wafv2', 'global/managedruleset/*/*', EDGE_REGION)],
    'wafv2:webacl': [arn('wafv2', `global/webacl/${name}/*`, EDGE_REGION)],
  };
}

/** API Gateway has paths without an account, and the id of an API is not known before. */
export function apiGatewayPaths(region: string): string[] {
  return ['apis', 'apis/*', 'tags/*'].map((path) => `arn:aws:apigateway:${region}::/${path}`);
}
