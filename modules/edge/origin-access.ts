import { CloudfrontOriginAccessControl } from '@cdktf/provider-aws/lib/cloudfront-origin-access-control';
import { Construct } from 'constructs';
import { resourceName } from '../synthesis/resource-names';

/** What `OriginAccess` is made from. */
export interface OriginAccessProps {
  /** Prefix of the resource's name. */
  readonly environmentName: string;
}

/**
 * The origin access control of the content bucket. CloudFront signs every request to the bucket,
 * whatever the viewer sent.
 *
 * @example
 * const originAccess = new OriginAccess(stack, 'origin-access', { environmentName: 'production' });
 */
export class OriginAccess extends Construct {
  /** The underlying origin access control. */
  readonly resource: CloudfrontOriginAccessControl;
  /** Id that an origin names. */
  readonly originAccessControlId: string;

  constructor(scope: Construct, id: string, { environmentName }: OriginAccessProps) {
    super(scope, id);
    this.resource = new CloudfrontOriginAccessControl(this, 'control', {
      name: resourceName(environmentName, 'content'),
      lifecycle: { createBeforeDestroy: true },
      description: `${environmentName}: the distribution reads the content bucket`,
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    });
    this.originAccessControlId = this.resource.id;
  }
}
