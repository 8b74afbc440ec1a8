import { CloudwatchLogResourcePolicy } from '@cdktf/provider-aws/lib/cloudwatch-log-resource-policy';
import {
  Wafv2WebAclLoggingConfiguration,
  type Wafv2WebAclLoggingConfigurationLoggingFilter,
} from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { EDGE_REGION } from '#core/contract/edge-region';
import type { Retention } from '../synthesis/kept-family';
import { policyDocument } from '../synthesis/policy-document';
import { resourceName, type ResourceOwner } from '../synthesis/resource-names';
import { LogGroup } from './log-group';

/** What AWS WAF writes about requests. */
export interface WebAclLogChoice {
  /** `blocked`: requests that a rule blocked or counted. `all`: every request. */
  readonly requests: 'blocked' | 'all';
  /** Days for which events are kept; one of the values that CloudWatch Logs allows. */
  readonly retentionDays: number;
}

/** What `WebAclLogs` is made from. */
export interface WebAclLogsProps extends ResourceOwner, WebAclLogChoice {
  /** ARN of the web ACL. */
  readonly webAclArn: string;
  /** Provider for us-east-1, the only region of web ACLs for CloudFront and of their logs. */
  readonly edgeProvider: TerraformProvider;
  /** `keep`: the log group stays when it leaves the stack. `delete`: it goes. */
  readonly retention: Retention;
}

/** AWS WAF accepts only destinations whose names begin with this. */
const NAME_PREFIX = 'aws-waf-logs-';

/** Cookies, access tokens and the query strings of signed URLs open content until they expire. */
const CREDENTIALS = [
  { singleHeader: { name: 'cookie' } },
  { singleHeader: { name: 'authorization' } },
  { queryString: {} },
];

const ONLY_BLOCKED: Wafv2WebAclLoggingConfigurationLoggingFilter = {
  defaultBehavior: 'DROP',
  filter: [
    {
      behavior: 'KEEP',
      requirement: 'MEETS_ANY',
      condition: ['BLOCK', 'COUNT'].map((action) => ({ actionCondition: { action } })),
    },
  ],
};

/**
 * The logs of a web ACL in a log group, without what could be used again (L-05). The resource
 * policy names this log group alone. Without one, AWS WAF writes into a policy that all web ACLs of
 * the account share, whose size is limited.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
 *
 * @example
 * new WebAclLogs(stack, 'web-acl-logs', {
 *   ...owner,
 *   webAclArn: webAcl.webAclArn,
 *   edgeProvider,
 *   retention: 'keep',
 *   requests: 'blocked',
 *   retentionDays: 90,
 * });
 */
export class WebAclLogs extends Construct {
  /** The underlying logging configuration. */
  readonly resource: Wafv2WebAclLoggingConfiguration;

  constructor(scope: Construct, id: string, props: WebAclLogsProps) {
    super(scope, id);
    const { environmentName, edgeProvider: provider } = props;
    const { logGroupArn } = new LogGroup(this, 'group', {
      name: `${NAME_PREFIX}${resourceName(environmentName, 'web-acl')}`,
      retentionDays: props.retentionDays,
      retention: props.retention,
      place: { provider, region: EDGE_REGION },
    });
    const policy = new CloudwatchLogResourcePolicy(this, 'policy', {
      provider,
      policyName: resourceName(environmentName, 'web-acl-logs'),
      policyDocument: writersOf(logGroupArn, props.accountId),
    });
    this.resource = new Wafv2WebAclLoggingConfiguration(this, 'logging', {
      provider,
      resourceArn: props.webAclArn,
      logDestinationConfigs: [logGroupArn],
      redactedFields: CREDENTIALS,
      ...(props.requests === 'blocked' && { loggingFilter: ONLY_BLOCKED }),
      dependsOn: [policy],
    });
  }
}

function writersOf(logGroupArn: string, accountId: string): string {
  return policyDocument([
    {
      Sid: 'WebAclWritesLogs',
      Effect: 'Allow',
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `${logGroupArn}:*`,
      Condition: {
        StringEquals: { 'aws:SourceAccount': accountId },
        ArnLike: { 'aws:SourceArn': `arn:aws:logs:${EDGE_REGION}:${accountId}:*` },
      },
    },
  ]);
}
