import { CloudfrontOriginAccessControl } from '@cdktf/provider-aws/lib/cloudfront-origin-access-control';
import { Construct } from 'constructs';

/** What `OriginAccess` is made from. */
export interface OriginAccessProps {
  readonly environmentName: string;
}

/** How CloudFront signs its requests to the bucket: always, whatever the viewer sent. */
export class OriginAccess extends Construct {
  readonly originAccessControlId: string;

  constructor(scope: Construct, id: string, { environmentName }: OriginAccessProps) {
    super(scope, id);
    this.originAccessControlId = new CloudfrontOriginAccessControl(this, 'control', {
      name: `${environmentName}-content`,
      description: `${environmentName}: the distribution reads the content bucket`,
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    }).id;
  }
}
