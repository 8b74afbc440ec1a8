/**
 * Name of the member in the comment (`//`) of a synthesised stack that lists the kept resources.
 */
export const KEPT_MEMBER = 'kept';

/**
 * How to find a kept resource in the account: by the id that `terraform import` accepts, or by the
 * alias of its KMS key. A name can contain a Terraform reference to the account id. Without a
 * region it is in the home region.
 */
export type KeptId =
  { readonly name: string; readonly region?: string } | { readonly alias: string };

/** A resource that is kept in the account when Terraform removes it from the stack. */
export interface KeptResource {
  /** Terraform address of the resource. */
  readonly address: string;
  /** Terraform type of the resource, for example `aws_s3_bucket`. */
  readonly type: string;
  readonly id: KeptId;
}

/**
 * A resource that already exists, and the Terraform address under which the stack manages it again.
 */
export interface AdoptedResource {
  /** Terraform address of the resource. */
  readonly to: string;
  /** The id that `terraform import` accepts. */
  readonly id: string;
}

/** The resources that the stacks manage again, by the name of the stack. */
export type AdoptedResources = Readonly<Record<string, readonly AdoptedResource[]>>;

/**
 * Returns the path of the file with the adopted resources of an environment, relative to the
 * project folder.
 */
export function adoptedResourcesFile(environmentName: string): string {
  return `.edgepass/adopted/${environmentName}.json`;
}
