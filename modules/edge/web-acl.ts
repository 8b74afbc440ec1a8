import { Wafv2WebAcl, type Wafv2WebAclRule } from '@cdktf/provider-aws/lib/wafv2-web-acl';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';

const REQUESTS_MIN = 10;
const REQUESTS_DEFAULT = 300;
const RATE_WINDOW_SECONDS = 300;

/** The binding leaves statements untyped and unmapped: they are written in Terraform's own names. */
const API_PATHS = {
  byte_match_statement: {
    field_to_match: { uri_path: {} },
    positional_constraint: 'STARTS_WITH',
    search_string: '/api/',
    // CloudFront chooses the behavior by the normalised path: `/x/../api/` is the API as well.
    text_transformation: [
      { priority: 0, type: 'URL_DECODE' },
      { priority: 1, type: 'NORMALIZE_PATH' },
    ],
  },
};

/** What `WebAcl` is made from. */
export interface WebAclProps {
  readonly environmentName: string;
  /** Provider for us-east-1: the only region of CLOUDFRONT web ACLs. */
  readonly edgeProvider: TerraformProvider;
  /** Requests to `/api/*` that one address may send in five minutes. @default 300 */
  readonly requestsPerFiveMinutes?: number;
}

/**
 * AWS WAF in front of the distribution (S-12): AWS's known-bad-input rules, and for the API its common rules
 * and a rate. Rate rules count requests, not answers: bursts of refusals are an alarm and a query.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
export class WebAcl extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const limit = props.requestsPerFiveMinutes ?? REQUESTS_DEFAULT;
    if (!Number.isInteger(limit) || limit < REQUESTS_MIN) {
      throw new Error(
        `requestsPerFiveMinutes: expected a whole number of at least ${REQUESTS_MIN}, got ${limit}`,
      );
    }
    this.webAclArn = new Wafv2WebAcl(this, 'web-acl', {
      provider: props.edgeProvider,
      name: `${props.environmentName}-content`,
      description: `${props.environmentName}: in front of the distribution`,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      rule: [
        // Not for content: the endings of file names trip its rules, and a signature stands before every file.
        managedRules(1, 'AWSManagedRulesCommonRuleSet', { scope_down_statement: API_PATHS }),
        managedRules(2, 'AWSManagedRulesKnownBadInputsRuleSet'),
        apiRateRule(3, limit),
      ],
      visibilityConfig: visibility(`${props.environmentName}-content`),
    }).arn;
  }
}

function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true };
}

function managedRules(priority: number, name: string, scope: object = {}): Wafv2WebAclRule {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: { managed_rule_group_statement: { vendor_name: 'AWS', name, ...scope } },
    visibilityConfig: visibility(name),
  };
}

function apiRateRule(priority: number, limit: number): Wafv2WebAclRule {
  const name = 'ApiRequestsPerAddress';
  return {
    name,
    priority,
    action: { block: {} },
    statement: {
      rate_based_statement: {
        limit,
        evaluation_window_sec: RATE_WINDOW_SECONDS,
        aggregate_key_type: 'IP',
        scope_down_statement: API_PATHS,
      },
    },
    visibilityConfig: visibility(name),
  };
}
