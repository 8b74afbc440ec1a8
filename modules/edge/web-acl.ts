import { Wafv2WebAcl, type Wafv2WebAclRule } from '@cdktf/provider-aws/lib/wafv2-web-acl';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { resourceName } from '../synthesis/resource-names';

const REQUESTS_MIN = 10;
const REQUESTS_DEFAULT = 300;
const RATE_WINDOW_SECONDS = 300;

/**
 * The binding has no types for statements and does not rename them, so they use Terraform's names.
 */
const API_PATHS = {
  byte_match_statement: {
    field_to_match: { uri_path: {} },
    positional_constraint: 'STARTS_WITH',
    search_string: '/api/',
    // CloudFront chooses the behavior by the normalised path: `/x/../api/` reaches the API too.
    text_transformation: [
      { priority: 0, type: 'URL_DECODE' },
      { priority: 1, type: 'NORMALIZE_PATH' },
    ],
  },
};

/** What `WebAcl` is made from. */
export interface WebAclProps {
  /** Prefix of the web ACL's name. */
  readonly environmentName: string;
  /** Provider for us-east-1, the only region of web ACLs for CloudFront. */
  readonly edgeProvider: TerraformProvider;
  /** Requests to `/api/*` that one address may send in five minutes. @default 300 */
  readonly requestsPerFiveMinutes?: number;
}

/** The web ACL that a distribution names: ours or one of yours. */
export interface WebAclReference {
  /** ARN of a web ACL with scope `CLOUDFRONT`. */
  readonly webAclArn: string;
}

/**
 * AWS WAF in front of the distribution (S-12): the rules of AWS against known bad input, and for
 * the API also its common rules and a limit on requests. WAF counts requests, not answers; an alarm
 * and a query show many refusals.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 *
 * @example
 * const webAcl = new WebAcl(stack, 'web-acl', { environmentName: 'production', edgeProvider });
 */
export class WebAcl extends Construct implements WebAclReference {
  /** The underlying web ACL. */
  readonly resource: Wafv2WebAcl;
  /** ARN that the distribution names. */
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const limit = props.requestsPerFiveMinutes ?? REQUESTS_DEFAULT;
    if (!Number.isInteger(limit) || limit < REQUESTS_MIN) {
      throw new Error(
        `requestsPerFiveMinutes: expected a whole number of at least ${REQUESTS_MIN}, got ${limit}`,
      );
    }
    const name = resourceName(props.environmentName, 'content');
    this.resource = new Wafv2WebAcl(this, 'web-acl', {
      provider: props.edgeProvider,
      name,
      lifecycle: { createBeforeDestroy: true },
      description: `${props.environmentName}: in front of the distribution`,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      rule: [
        // For the API only: its rules refuse some file names, and content is behind a signature.
        managedRules(1, 'AWSManagedRulesCommonRuleSet', { scope_down_statement: API_PATHS }),
        managedRules(2, 'AWSManagedRulesKnownBadInputsRuleSet'),
        apiRateRule(3, limit),
      ],
      visibilityConfig: visibility(name),
    });
    this.webAclArn = this.resource.arn;
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
