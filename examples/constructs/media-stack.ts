import path from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import {
  Account,
  ApiOriginRequestPolicy,
  buildSessionSettings,
  builtFunctionsFolder,
  type ContentBucket,
  ContentCachePolicy,
  ContentDistribution,
  contentReadStatement,
  ContentResponseHeaders,
  HttpApi,
  OriginAccess,
  OriginSecret,
  refusePlainHttpStatement,
  type ResourceOwner,
  SessionFunction,
  sessionRoleArn,
  SigningKey,
  TrustedKeyGroup,
  ViewerGuard,
} from 'edgepass';
import { contentHost, environment } from './environment.ts';

/** Private content of the application's own bucket, opened by tokens of its own identity provider. */
export class MediaStack extends TerraformStack {
  readonly #owner: ResourceOwner;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    new AwsProvider(this, 'aws', { region: environment.region });
    this.#owner = {
      environmentName: environment.name,
      region: environment.region,
      accountId: new Account(this, 'account').accountId,
    };
    const { environmentName } = this.#owner;
    const files = new S3Bucket(this, 'files', { bucketPrefix: 'acme-files-' });
    const bucket: ContentBucket = {
      bucketName: files.id,
      bucketArn: files.arn,
      bucketRegionalDomainName: files.bucketRegionalDomainName,
    };

    const signingKey = new SigningKey(this, 'signing-key', {
      ...this.#owner,
      slot: 'a',
      signerRoleArn: sessionRoleArn(this.#owner),
      retention: 'keep',
    });
    const api = new HttpApi(this, 'api', {
      environmentName,
      logRetentionDays: 30,
      retention: 'keep',
    });
    const secret = new OriginSecret(this, 'origin-secret', { sentSlot: 'a' });
    const distribution = this.#createDistribution({ bucket, signingKey, api, secret });
    this.#allowReading(files, distribution);
    const session = new SessionFunction(this, 'session', {
      environmentName,
      bundlePath: path.join(builtFunctionsFolder(), 'session'),
      settings: buildSessionSettings({ environment, file: import.meta.filename }),
      contentBaseUrl: `https://${contentHost.name}`,
      signingSlots: [{ signingKey, state: 'active' }],
      originSecrets: secret.acceptedValues,
      retention: 'keep',
      logRetentionDays: 30,
      issuedGrantRetentionDays: 365,
    });
    api.route('session-route', session);
    new TerraformOutput(this, 'point_your_dns_name_at', {
      value: distribution.distributionDomainName,
    });
  }

  #createDistribution(parts: {
    bucket: ContentBucket;
    signingKey: SigningKey;
    api: HttpApi;
    secret: OriginSecret;
  }): ContentDistribution {
    const { environmentName } = this.#owner;
    const { bucket, signingKey, api, secret } = parts;
    const headersFor = (part: 'tenant' | 'user'): string =>
      new ContentResponseHeaders(this, `${part}-headers`, {
        environmentName,
        part,
        appOrigins: environment.appOrigins,
        crossSite: false,
      }).responseHeadersPolicyId;
    return new ContentDistribution(this, 'distribution', {
      environmentName,
      bucket,
      alias: contentHost,
      originAccessControlId: new OriginAccess(this, 'origin-access', { environmentName })
        .originAccessControlId,
      apiHost: api.endpointHost,
      originSecret: secret.sentValue,
      keyGroupId: new TrustedKeyGroup(this, 'key-group', {
        environmentName,
        signingKeys: [signingKey],
      }).keyGroupId,
      viewerGuardArn: new ViewerGuard(this, 'viewer-guard', {
        environmentName,
        bundlePath: path.join(builtFunctionsFolder(), 'viewer-guard', 'viewer-guard.js'),
      }).functionArn,
      contentCachePolicyId: new ContentCachePolicy(this, 'content-cache', { environmentName })
        .cachePolicyId,
      apiOriginRequestPolicyId: new ApiOriginRequestPolicy(this, 'api-request', { environmentName })
        .originRequestPolicyId,
      tenantHeadersPolicyId: headersFor('tenant'),
      userHeadersPolicyId: headersFor('user'),
    });
  }

  /** The bucket is the application's own, so its policy is too: Edgepass gives the statements. */
  #allowReading(files: S3Bucket, { distributionArn }: ContentDistribution): void {
    const statements = [
      refusePlainHttpStatement(files.arn),
      contentReadStatement({ bucketArn: files.arn, distributionArn, publicPrefix: false }),
    ];
    new S3BucketPolicy(this, 'files-policy', {
      bucket: files.id,
      policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    });
  }
}
