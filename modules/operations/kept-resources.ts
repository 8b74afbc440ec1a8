import { TerraformResource, type TerraformStack } from 'cdktf';

/** Terraform addresses of everything that refuses to be destroyed, in a stable order. */
export function keptResources(stack: TerraformStack): string[] {
  return stack.node
    .findAll()
    .filter((node): node is TerraformResource => node instanceof TerraformResource)
    .filter(({ lifecycle }) => lifecycle?.preventDestroy === true)
    .map(
      ({ terraformResourceType, friendlyUniqueId }) =>
        `${terraformResourceType}.${friendlyUniqueId}`,
    )
    .sort();
}
