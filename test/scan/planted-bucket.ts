/** "Ensure that S3 bucket has a Public Access block" */
export const PLANTED_CHECK = 'CKV2_AWS_6';

const ACCESS_BLOCK = 'aws_s3_bucket_public_access_block';

interface Resource {
  readonly type: string;
  readonly address: string;
}

interface PlanDocument {
  planned_values: { root_module: { resources: Resource[] } };
  resource_changes: Resource[];
  configuration: { root_module: { resources: Resource[] } };
}

/**
 * Takes all access blocks out of a plan, as if nobody had written them.
 *
 * @param plan output of `terraform show -json`
 * @returns the changed plan, and the address of a bucket in it
 */
export function plantOpenBucket(plan: string): { readonly json: string; readonly address: string } {
  const document = JSON.parse(plan) as PlanDocument;
  const { planned_values: planned, configuration } = document;
  const bucket = planned.root_module.resources.find(({ type }) => type === 'aws_s3_bucket');
  if (bucket === undefined) throw new Error('the plan has no bucket');
  const without = (resources: readonly Resource[]): Resource[] =>
    resources.filter(({ type }) => type !== ACCESS_BLOCK);
  planned.root_module.resources = without(planned.root_module.resources);
  configuration.root_module.resources = without(configuration.root_module.resources);
  document.resource_changes = without(document.resource_changes);
  return { json: JSON.stringify(document), address: bucket.address };
}
