import type { ConfigurationProblem } from './configuration-error';

/**
 * CloudFront's pricing plans: pay-as-you-go, and the flat-rate plans that AWS introduced in
 * November 2025.
 */
export const PRICING_PLANS = ['pay-as-you-go', 'free', 'pro', 'business', 'premium'] as const;

/** The name of a CloudFront pricing plan. */
export type PricingPlan = (typeof PRICING_PLANS)[number];

interface PlanLimits {
  readonly customPolicies: boolean;
}

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/flat-rate-pricing-plan.html */
const FLAT_RATE_PLANS: Readonly<Record<Exclude<PricingPlan, 'pay-as-you-go'>, PlanLimits>> = {
  free: { customPolicies: false },
  pro: { customPolicies: false },
  business: { customPolicies: true },
  premium: { customPolicies: true },
};

interface PlanInput {
  readonly pricingPlan: PricingPlan;
  readonly hasWebAcl: boolean;
  readonly retention: 'keep' | 'delete';
}

/**
 * Finds features that the configuration uses and the chosen plan does not have. Each problem names
 * the key that uses the feature.
 */
export function checkPricingPlan(input: PlanInput): ConfigurationProblem[] {
  const { pricingPlan } = input;
  if (pricingPlan === 'pay-as-you-go') return [];
  const problems: ConfigurationProblem[] = [];
  if (!FLAT_RATE_PLANS[pricingPlan].customPolicies) {
    problems.push({
      key: 'pricingPlan',
      received: JSON.stringify(pricingPlan),
      allowed:
        '"pay-as-you-go", "business", "premium": this plan has no custom cache and origin request policies, ' +
        'which the content and API behaviors use',
    });
  }
  if (!input.hasWebAcl) {
    problems.push({
      key: 'webAcl',
      received: 'nothing',
      allowed: `a web ACL: it is mandatory in the flat-rate plan "${pricingPlan}"`,
    });
  }
  if (input.retention === 'delete') {
    problems.push({
      key: 'retention',
      received: '"delete"',
      allowed: `"keep": a distribution in the flat-rate plan "${pricingPlan}" cannot be deleted until the plan is cancelled`,
    });
  }
  return problems;
}
