import type { AcceptedFinding } from '#modules/synthesis/accepted-findings';

/** A check that fails on a resource. */
export interface Finding {
  /** Id of the check, e.g. `CKV_AWS_144`. */
  readonly check: string;
  /** What the check asks for. */
  readonly title: string;
  /** Terraform address of the resource. */
  readonly address: string;
}

/** A finding with its explanation. */
export interface ExplainedFinding extends AcceptedFinding {
  readonly title: string;
}

/** Findings and explanations after they were matched by check and address. */
export interface MatchedFindings {
  readonly explained: readonly ExplainedFinding[];
  readonly unexplained: readonly Finding[];
  /** Explanations of what is not found. */
  readonly pointless: readonly AcceptedFinding[];
}

const keyOf = ({ check, address }: { check: string; address: string }): string =>
  `${check} ${address}`;

/**
 * Joins findings of several scans of one stack. A value that one plan does not know yet may be
 * known in another, and a default that AWS fills in can hide that nothing was configured.
 */
export function joinFindings(scans: readonly (readonly Finding[])[]): Finding[] {
  return [...new Map(scans.flat().map((finding) => [keyOf(finding), finding])).values()];
}

/** Matches findings with the explanations that stand at the resources. */
export function matchFindings(
  findings: readonly Finding[],
  accepted: readonly AcceptedFinding[],
): MatchedFindings {
  const found = new Map(findings.map((finding) => [keyOf(finding), finding]));
  const reasons = new Set(accepted.map(keyOf));
  return {
    explained: accepted.flatMap((one) => {
      const finding = found.get(keyOf(one));
      return finding === undefined ? [] : [{ ...one, title: finding.title }];
    }),
    unexplained: findings.filter((finding) => !reasons.has(keyOf(finding))),
    pointless: accepted.filter((one) => !found.has(keyOf(one))),
  };
}
