import { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { addressOf } from './resource-address';

/** Id of a check of checkov, e.g. `CKV_AWS_144`. */
export type CheckId = `CKV_AWS_${number}` | `CKV2_AWS_${number}`;

/** A finding of the policy scanner that stands, and why. */
export interface AcceptedFinding {
  readonly check: CheckId;
  /** Terraform address of the resource. */
  readonly address: string;
  /** Path of the resource in the tree of constructs, with the stack. */
  readonly path: string;
  /** One sentence or two: what is there instead, or why the check does not fit. */
  readonly reason: string;
}

const ACCEPTED = 'edgepass:accepted-finding';

/**
 * Explains findings of the policy scanner at the resource to which they apply. The explanations are
 * for `npm run scan` only and are not written into the synthesised stack. The scan fails when a
 * finding is neither fixed nor explained, and when an explanation has no finding.
 *
 * @param reasons reason for each check that fails on this resource
 * @see https://www.checkov.io/5.Policy%20Index/terraform.html
 */
export function acceptFindings(
  resource: TerraformResource,
  reasons: Readonly<Partial<Record<CheckId, string>>>,
): void {
  for (const [check, reason] of Object.entries(reasons)) {
    resource.node.addMetadata(ACCEPTED, { check, reason });
  }
}

/** Returns all accepted findings below a scope. */
export function acceptedFindings(scope: Construct): AcceptedFinding[] {
  return scope.node
    .findAll()
    .filter((node) => node instanceof TerraformResource)
    .flatMap((resource) =>
      resource.node.metadata
        .filter(({ type }) => type === ACCEPTED)
        .map(({ data }) => ({
          ...(data as Pick<AcceptedFinding, 'check' | 'reason'>),
          address: addressOf(resource),
          path: resource.node.path,
        })),
    );
}
