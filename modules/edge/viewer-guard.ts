import path from 'node:path';
import { CloudfrontFunction } from '@cdktf/provider-aws/lib/cloudfront-function';
import { AssetType, Fn, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import { findViewerFunctionProblem } from '#configuration/built-functions';
import { resourceName } from '../synthesis/resource-names';

/** What `ViewerGuard` is made from. */
export interface ViewerGuardProps {
  /** Prefix of the function's name. */
  readonly environmentName: string;
  /**
   * Path of the built function: one file of at most 10,240 bytes with a plain `function
   * handler(event)`.
   */
  readonly bundlePath: string;
}

/**
 * The CloudFront Function on every behavior that reads the bucket. It can refuse a request, but
 * it never
 * allows one that CloudFront would refuse.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-
 * runtime-20.html
 *
 * @example
 * const guard = new ViewerGuard(stack, 'viewer-guard', {
 *   environmentName: 'production',
 *   bundlePath: 'dist/functions/viewer-guard/viewer-guard.js',
 * });
 */
export class ViewerGuard extends Construct {
  /** The underlying CloudFront Function. */
  readonly resource: CloudfrontFunction;
  readonly functionArn: string;
  readonly functionName: string;

  constructor(scope: Construct, id: string, props: ViewerGuardProps) {
    super(scope, id);
    const bundle = path.resolve(props.bundlePath);
    const problem = findViewerFunctionProblem(bundle);
    if (problem !== undefined) {
      throw new Error(`bundlePath: expected ${problem.allowed}, got ${problem.received}`);
    }
    const code = new TerraformAsset(this, 'code', { path: bundle, type: AssetType.FILE });
    this.resource = new CloudfrontFunction(this, 'function', {
      name: resourceName(props.environmentName, 'viewer-guard'),
      lifecycle: { createBeforeDestroy: true },
      comment: `${props.environmentName}: refuses ambiguous paths and overrides of headers`,
      runtime: 'cloudfront-js-2.0',
      publish: true,
      // Terraform reads the file: template literals in inlined code would look like Terraform
      // references.
      code: Fn.file(code.path),
    });
    this.functionArn = this.resource.arn;
    this.functionName = this.resource.name;
  }
}
