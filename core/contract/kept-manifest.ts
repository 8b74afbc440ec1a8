/** Member of a synthesised stack's comment (`//`) that lists its `KeptResource`s. */
export const KEPT_MEMBER = 'kept';

/**
 * How a kept resource is found in the account: by the id that `terraform import` takes, or by the alias of its
 * KMS key. A name may hold a Terraform reference to the account id.
 */
export type KeptId = { readonly name: string } | { readonly alias: string };

/** A resource that stays in the account when it leaves the stack. */
export interface KeptResource {
  /** Terraform address. */
  readonly address: string;
  /** Terraform type, e.g. `aws_s3_bucket`. */
  readonly type: string;
  readonly id: KeptId;
}

/** A resource that exists already, and the address under which Terraform takes it up. */
export interface AdoptedResource {
  /** Terraform address. */
  readonly to: string;
  /** Id that `terraform import` takes. */
  readonly id: string;
}

/** Resources to take up, by the name of their stack. */
export type AdoptedResources = Readonly<Record<string, readonly AdoptedResource[]>>;

/** Path, below the project's folder, of the file with an environment's `AdoptedResources`. */
export function adoptedResourcesFile(environmentName: string): string {
  return `.edgepass/adopted/${environmentName}.json`;
}
