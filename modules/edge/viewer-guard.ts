import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { CloudfrontFunction } from '@cdktf/provider-aws/lib/cloudfront-function';
import { AssetType, Fn, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';

/** CloudFront's limit for the code of a function. */
const CODE_BYTES_MAX = 10_240;

/** What `ViewerGuard` is made from. */
export interface ViewerGuardProps {
  readonly environmentName: string;
  /** Built function: one file with a plain `function handler(event)`. */
  readonly bundlePath: string;
}

/**
 * The CloudFront Function on every behavior that reads the bucket. It only ever denies.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export class ViewerGuard extends Construct {
  readonly functionArn: string;
  readonly functionName: string;

  constructor(scope: Construct, id: string, props: ViewerGuardProps) {
    super(scope, id);
    const bundle = path.resolve(props.bundlePath);
    if (!existsSync(bundle)) {
      throw new Error(
        `bundlePath: expected a built function, got ${props.bundlePath}: no such file`,
      );
    }
    const { size } = statSync(bundle);
    if (size > CODE_BYTES_MAX) {
      throw new Error(`bundlePath: expected at most ${CODE_BYTES_MAX} bytes, got ${size}`);
    }
    const code = new TerraformAsset(this, 'code', { path: bundle, type: AssetType.FILE });
    const guard = new CloudfrontFunction(this, 'function', {
      name: `${props.environmentName}-viewer-guard`,
      comment: `${props.environmentName}: refuses ambiguous paths`,
      runtime: 'cloudfront-js-2.0',
      publish: true,
      // Read by Terraform, not pasted in: the code may hold template literals, which look like references.
      code: Fn.file(code.path),
    });
    this.functionArn = guard.arn;
    this.functionName = guard.name;
  }
}
