import { DataAwsSsmParametersByPath } from '@cdktf/provider-aws/lib/data-aws-ssm-parameters-by-path';
import { DataResource } from 'cdktf';
import { Construct } from 'constructs';
import { keptParameterName } from '#configuration/deployment-record';
import type { Environment } from '#configuration/environment';

/**
 * Name of the guard in Terraform. A plain `terraform destroy` is refused with it, so it says what
 * to run.
 */
const GUARD_ADDRESS = 'run_edgepass_destroy_instead';

/** Family of the claim of a signing slot. */
export function slotFamily(slot: string): string {
  return `signing-key-${slot}`;
}

/** What `EnvironmentGuard` is made from. */
export interface EnvironmentGuardProps {
  /** Environment that is deployed, with `retention: keep`. */
  readonly environment: Pick<
    Environment,
    'name' | 'region' | 'target' | 'signingKeys' | 'retired' | 'retention'
  >;
}

/**
 * Refuses plans that would lose what an environment keeps: another region or target under the same
 * state, a signing slot that left the file without a word, and a plain `terraform destroy`.
 *
 * The state remembers the first region and target: the value is written once and later changes of
 * it are ignored, so that a condition can compare it with what the file says now.
 */
export class EnvironmentGuard extends Construct {
  /** The underlying resource, which carries the conditions. */
  readonly resource: DataResource;

  constructor(scope: Construct, id: string, { environment }: EnvironmentGuardProps) {
    super(scope, id);
    const keeps = environment.retention === 'keep';
    this.resource = new DataResource(this, 'guard', {
      lifecycle: {
        ...(keeps && { preventDestroy: true }),
        precondition: [
          this.#sameIdentity(environment),
          ...(keeps ? [this.#knownSlots(environment)] : []),
        ],
      },
    });
    if (keeps) this.resource.overrideLogicalId(GUARD_ADDRESS);
  }

  #sameIdentity({ region, target }: EnvironmentGuardProps['environment']) {
    const identity = `${region} (${target})`;
    const memory = new DataResource(this, 'identity', { lifecycle: { ignoreChanges: ['input'] } });
    memory.addOverride('input', identity);
    const remembered = `${memory.terraformResourceType}.${memory.friendlyUniqueId}.output`;
    return {
      condition: `\${${remembered} == "${identity}"}`,
      errorMessage:
        `region, target: expected \${${remembered}}, where this environment is deployed, got ${identity}. ` +
        'Both are fixed for life; docs/changes.md says how to move an environment.',
    };
  }

  #knownSlots({ name, signingKeys, retired }: EnvironmentGuardProps['environment']) {
    const prefix = keptParameterName(name, slotFamily(''));
    const claims = new DataAwsSsmParametersByPath(this, 'kept', {
      path: keptParameterName(name, ''),
    });
    const names = `data.aws_ssm_parameters_by_path.${claims.friendlyUniqueId}.names`;
    const slots = `[for name in ${names} : trimprefix(name, "${prefix}") if startswith(name, "${prefix}")]`;
    const known = JSON.stringify([
      ...Object.keys(signingKeys),
      ...Object.keys(retired?.signingKeys ?? {}),
    ]);
    const unknown = `setsubtract(${slots}, ${known})`;
    return {
      condition: `\${length(${unknown}) == 0}`,
      errorMessage:
        `signingKeys: slot \${join(", ", ${unknown})} has a key and is not in the file. Add it to ` +
        'retired.signingKeys with "keep", or with "delete" if KMS shall delete the key.',
    };
  }
}
