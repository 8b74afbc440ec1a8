import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { App, TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { keptParameterName } from '#configuration/deployment-record';
import type { KeptId, KeptResource } from '#core/contract/kept-manifest';
import { acceptFindings } from './accepted-findings';
import { addressOf } from './resource-address';

/** What happens to content, keys and logs that leave the stack: they stay, or they go. */
export type Retention = 'keep' | 'delete';

const KEPT = 'edgepass:kept';
const removedBlocks = new WeakMap<TerraformStack, object[]>();

/** Marks a resource that must stay in the account when it leaves the stack. */
export function keep(resource: TerraformResource, id: KeptId): void {
  resource.node.addMetadata(KEPT, id);
}

/** Everything below a scope that stays, in the order of the addresses. */
export function keptResources(scope: Construct): KeptResource[] {
  return scope.node
    .findAll()
    .filter((node) => node instanceof TerraformResource)
    .flatMap((resource) =>
      resource.node.metadata
        .filter(({ type }) => type === KEPT)
        .map(({ data }) => ({
          address: addressOf(resource),
          type: resource.terraformResourceType,
          id: data as KeptId,
        })),
    )
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

/**
 * Lets Terraform forget a kept family that the configuration no longer asks for, instead of
 * deleting it. A block that leaves the configuration takes its `prevent_destroy` with it; a
 * `removed` block does not delete. The blocks are written whether or not the family was ever there,
 * because Terraform accepts both.
 *
 * @param scope where the family would stand
 * @param build makes the family below the scope that it gets, with the ids that it would have
 * @see https://developer.hashicorp.com/terraform/language/block/removed
 */
export function forgetFamily(scope: Construct, build: (shadow: Construct) => void): void {
  const stack = TerraformStack.of(scope);
  const shadow = shadowOf(scope, stack);
  build(shadow);
  const blocks = keptResources(shadow).map(({ address }) => ({
    from: address,
    lifecycle: { destroy: false },
  }));
  const all = [...(removedBlocks.get(stack) ?? []), ...blocks];
  removedBlocks.set(stack, all);
  stack.addOverride('removed', all);
}

/** A scope with the same path in a stack of its own, which is never synthesised. */
function shadowOf(scope: Construct, stack: TerraformStack): Construct {
  const app = new App({ outdir: App.of(stack).outdir });
  let shadow: Construct = new TerraformStack(app, stack.node.id);
  for (const { node } of scope.node.scopes.slice(scope.node.scopes.indexOf(stack) + 1)) {
    shadow = new Construct(shadow, node.id);
  }
  return shadow;
}

/** What `KeptClaim` is made from. */
export interface KeptClaimProps {
  /** Part of the parameter's name. */
  readonly environmentName: string;
  /** Name of the family: a-z 0-9 and -. */
  readonly family: string;
}

/**
 * A parameter that is made before a kept bucket or key, and stays with it. When a stack that was
 * destroyed is deployed again, this parameter already exists: Terraform stops there, before it
 * makes a second key or takes over a bucket that it does not know. `edgepass adopt` brings the
 * family back first.
 */
export class KeptClaim extends Construct {
  /** The underlying parameter. */
  readonly resource: SsmParameter;

  constructor(scope: Construct, id: string, { environmentName, family }: KeptClaimProps) {
    super(scope, id);
    const name = keptParameterName(environmentName, family);
    this.resource = new SsmParameter(this, 'parameter', {
      name,
      description: 'Kept by Edgepass: run `edgepass adopt` before this is deployed again',
      type: 'String',
      value: 'kept',
      lifecycle: { preventDestroy: true },
    });
    keep(this.resource, { name });
    acceptFindings(this.resource, { CKV2_AWS_34: 'The value is the word `kept`.' });
  }
}
