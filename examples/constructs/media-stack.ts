import path from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import {
  Account,
  buildSessionSettings,
  builtFunctionsFolder,
  ContentEdge,
  ContentStore,
  HttpApi,
  refusePlainHttpStatement,
  SessionFunction,
  sessionRoleArn,
  SigningKeys,
} from 'edgepass';
import { contentHost, environment } from './environment.ts';

/**
 * Private content of the application's own bucket, opened by tokens of its own identity provider.
 */
export class MediaStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { region, appOrigins, name: environmentName } = environment;
    new AwsProvider(this, 'aws', { region });
    const edgeProvider = new AwsProvider(this, 'aws-edge', { region: 'us-east-1', alias: 'edge' });
    const { accountId } = new Account(this, 'account');
    const owner = { environmentName, region, accountId };
    const kept = { retention: 'keep', logRetentionDays: 30 } as const;

    const files = new S3Bucket(this, 'files', { bucketPrefix: 'acme-files-' });
    const store = new ContentStore(this, 'content', {
      ...owner,
      ...kept,
      existingBucket: { name: files.id },
    });
    const signing = new SigningKeys(this, 'signing', {
      ...owner,
      ...kept,
      slots: { a: { state: 'active' } },
      signerRoleArns: [sessionRoleArn(owner)],
    });
    const api = new HttpApi(this, 'api', { environmentName, ...kept });
    const edge = new ContentEdge(this, 'edge', {
      environmentName,
      store,
      keyGroup: signing.keyGroup,
      api,
      viewerGuardPath: path.join(builtFunctionsFolder(), 'viewer-guard', 'viewer-guard.js'),
      appOrigins,
      edgeProvider,
      contentHost,
    });
    const session = new SessionFunction(this, 'session', {
      environmentName,
      ...kept,
      bundlePath: path.join(builtFunctionsFolder(), 'session'),
      settings: buildSessionSettings({ environment, file: import.meta.filename }),
      contentBaseUrl: edge.contentBaseUrl,
      signingSlots: signing.slots,
      originSecret: edge.originSecret,
      issuedGrantRetentionDays: 365,
    });
    api.route('session-route', session);

    // The bucket belongs to the application, so the application also writes its policy. Edgepass
    // provides the statements.
    const statements = [
      refusePlainHttpStatement(files.arn),
      ...Object.values(store.requiredStatements).flat(),
    ];
    new S3BucketPolicy(this, 'files-policy', {
      bucket: files.id,
      policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    });
    new TerraformOutput(this, 'point_your_dns_name_at', {
      value: edge.distribution.distributionDomainName,
    });
  }
}
