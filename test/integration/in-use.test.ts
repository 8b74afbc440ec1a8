import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  CloudFrontClient,
  DeleteCachePolicyCommand,
  DeleteFunctionCommand,
  DeleteKeyGroupCommand,
  DeleteOriginAccessControlCommand,
  DeleteOriginRequestPolicyCommand,
  DeletePublicKeyCommand,
  DeleteResponseHeadersPolicyCommand,
  DescribeFunctionCommand,
  GetCachePolicyCommand,
  GetKeyGroupCommand,
  GetOriginAccessControlCommand,
  GetOriginRequestPolicyCommand,
  GetPublicKeyCommand,
  GetResponseHeadersPolicyCommand,
} from '@aws-sdk/client-cloudfront';
import { clientSettings } from '#aws/clients';
import { planStack } from '../support/terraform-plan';
import { startTestCloud, type TestCloud } from '../support/test-cloud';
import { hangUp } from '../support/viewer';

const NAME = 'test-in-use';

let cloud: TestCloud;
let cloudFront: CloudFrontClient;

beforeAll(async () => {
  cloud = await startTestCloud(NAME, { environmentChanges: () => ({ publicPrefix: true }) });
  // Not from the start: the local edge serves nothing behind rules that it does not enforce.
  await synthesiseWith({ webAcl: { logs: {} } }, 'as built');
  await cloud.stack.apply();
  cloudFront = new CloudFrontClient(clientSettings(cloud.environment, 'CLOUDFRONT'));
});

afterAll(async () => {
  hangUp();
  await cloud.stop();
});

interface State {
  readonly resources: readonly {
    readonly type: string;
    readonly instances: readonly { readonly attributes: Readonly<Record<string, string>> }[];
  }[];
}

/** Attributes of the first resource of a type that Terraform made. */
function deployed(type: string): Readonly<Record<string, string>> {
  const state = JSON.parse(readFileSync(cloud.stack.stateFile, 'utf8')) as State;
  const found = state.resources.find((one) => one.type === type)?.instances[0]?.attributes;
  if (found === undefined) throw new Error(`the state holds no ${type}`);
  return found;
}

/** Error code and status of a deletion; undefined when it went through. */
async function refusalOf(deletion: Promise<unknown>): Promise<string | undefined> {
  try {
    await deletion;
    return undefined;
  } catch (error) {
    const { name, $metadata } = error as {
      readonly name: string;
      readonly $metadata?: { readonly httpStatusCode?: number };
    };
    return `${name} ${$metadata?.httpStatusCode ?? ''}`;
  }
}

async function deleteWebAcl(): Promise<{ status: number; type: string }> {
  const { id: Id, name: Name, lock_token: LockToken } = deployed('aws_wafv2_web_acl');
  const response = await fetch(cloud.environment['AWS_ENDPOINT_URL'] ?? '', {
    method: 'POST',
    headers: {
      'x-amz-target': 'AWSWAF_20190729.DeleteWebACL',
      'content-type': 'application/x-amz-json-1.1',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/wafv2/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ Id, Name, LockToken, Scope: 'CLOUDFRONT' }),
  });
  const { __type: type } = (await response.json()) as { readonly __type: string };
  return { status: response.status, type };
}

/**
 * Synthesises with other switches; with the order that Terraform takes unless it is told
 * otherwise, if asked.
 */
async function synthesiseWith(switches: object, order: 'as built' | 'old'): Promise<void> {
  const document = JSON.parse(readFileSync(cloud.environmentFile, 'utf8')) as object;
  writeFileSync(cloud.environmentFile, JSON.stringify({ ...document, ...switches }));
  await cloud.stack.synthesise();
  if (order === 'as built') return;
  const file = path.join(cloud.stack.folder, 'cdk.tf.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replaceAll('"create_before_destroy": true', '"create_before_destroy": false'),
  );
}

const OFF = { webAcl: undefined, publicPrefix: false };

describe('what a distribution names cannot be deleted', () => {
  test.each<[string, string, (Id: string) => Promise<unknown>]>([
    [
      'aws_cloudfront_cache_policy',
      'CachePolicyInUse',
      async (Id) => {
        const { ETag: IfMatch } = await cloudFront.send(new GetCachePolicyCommand({ Id }));
        return await cloudFront.send(new DeleteCachePolicyCommand({ Id, IfMatch }));
      },
    ],
    [
      'aws_cloudfront_origin_request_policy',
      'OriginRequestPolicyInUse',
      async (Id) => {
        const { ETag: IfMatch } = await cloudFront.send(new GetOriginRequestPolicyCommand({ Id }));
        return await cloudFront.send(new DeleteOriginRequestPolicyCommand({ Id, IfMatch }));
      },
    ],
    [
      'aws_cloudfront_response_headers_policy',
      'ResponseHeadersPolicyInUse',
      async (Id) => {
        const get = new GetResponseHeadersPolicyCommand({ Id });
        const { ETag: IfMatch } = await cloudFront.send(get);
        return await cloudFront.send(new DeleteResponseHeadersPolicyCommand({ Id, IfMatch }));
      },
    ],
    [
      'aws_cloudfront_origin_access_control',
      'OriginAccessControlInUse',
      async (Id) => {
        const { ETag: IfMatch } = await cloudFront.send(new GetOriginAccessControlCommand({ Id }));
        return await cloudFront.send(new DeleteOriginAccessControlCommand({ Id, IfMatch }));
      },
    ],
    [
      'aws_cloudfront_public_key',
      'PublicKeyInUse',
      async (Id) => {
        const { ETag: IfMatch } = await cloudFront.send(new GetPublicKeyCommand({ Id }));
        return await cloudFront.send(new DeletePublicKeyCommand({ Id, IfMatch }));
      },
    ],
    [
      'aws_cloudfront_key_group',
      'ResourceInUse',
      async (Id) => {
        const { ETag: IfMatch } = await cloudFront.send(new GetKeyGroupCommand({ Id }));
        return await cloudFront.send(new DeleteKeyGroupCommand({ Id, IfMatch }));
      },
    ],
    [
      'aws_cloudfront_function',
      'FunctionInUse',
      async (Name) => {
        const { ETag: IfMatch } = await cloudFront.send(
          new DescribeFunctionCommand({ Name, Stage: 'DEVELOPMENT' }),
        );
        return await cloudFront.send(new DeleteFunctionCommand({ Name, IfMatch }));
      },
    ],
  ])('%s: %s', async (type, code, remove) => {
    expect(await refusalOf(remove(deployed(type)['id'] ?? ''))).toBe(`${code} 409`);
  });
});

test('switches go off in one apply; without create_before_destroy that can never succeed', async () => {
  expect(await planStack(cloud.stack)).toMatchObject({ exitCode: 0, changes: [] });
  expect(await deleteWebAcl()).toEqual({ status: 400, type: 'WAFAssociatedItemException' });
  await synthesiseWith(OFF, 'as built');
  await cloud.stack.apply();
  expect(await planStack(cloud.stack)).toMatchObject({ exitCode: 0, changes: [] });
  expect(() => deployed('aws_wafv2_web_acl')).toThrow('holds no');

  // The provider repeats the deletion of a web ACL for five minutes, so the other switch stands
  // for both.
  await synthesiseWith({ publicPrefix: true }, 'old');
  await cloud.stack.apply();
  await synthesiseWith(OFF, 'old');
  await expect(cloud.stack.apply()).rejects.toThrow('ResponseHeadersPolicyInUse');
});
