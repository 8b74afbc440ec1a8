import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { Construct } from 'constructs';
import { LogGroup } from '../logs/log-group';
import { signCondition } from '../signing/key-policy';
import type { SigningKey } from '../signing/signing-key';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import { FunctionArchive } from './function-archive';
import type { ApiFunction } from './http-api';

const MEMORY_MEBIBYTES = 512;
const TIMEOUT_SECONDS = 10;
/** One function answers below `/api/`; what it does not know is a problem document, not the gateway's text. */
const ROUTES = ['ANY /api/{proxy+}'];

/** Name of the function and of its role. */
export function sessionFunctionName(environmentName: string): string {
  return `${environmentName}-session`;
}

/** A slot as the function's variables describe it. */
export interface SigningSlot {
  readonly signingKey: SigningKey;
  readonly state: 'pending' | 'active' | 'retiring';
}

/** What `SessionFunction` is made from. */
export interface SessionFunctionProps {
  readonly environmentName: string;
  /** Folder of the built function. */
  readonly bundlePath: string;
  /** Issuers, origins and limits; becomes `settings.json` in the zip. */
  readonly settings: unknown;
  readonly contentBaseUrl: string;
  readonly signingSlots: readonly SigningSlot[];
  readonly originSecrets: readonly string[];
  readonly retention: 'keep' | 'delete';
  readonly logRetentionDays: number;
  readonly issuedGrantRetentionDays: number;
}

/**
 * The function behind `/api/session`: it may sign with the slots' keys, write its own logs, and nothing
 * else.
 */
export class SessionFunction extends Construct implements ApiFunction {
  readonly functionName: string;
  readonly invokeArn: string;
  readonly routes = ROUTES;
  readonly logGroupName: string;
  readonly issuedGrantsLogGroupName: string;

  constructor(scope: Construct, id: string, props: SessionFunctionProps) {
    super(scope, id);
    const name = sessionFunctionName(props.environmentName);
    const log = new LogGroup(this, 'log', {
      name: `/aws/lambda/${name}`,
      retentionDays: props.logRetentionDays,
      retention: props.retention,
    });
    const issuedGrants = new LogGroup(this, 'issued-grants', {
      name: `/edgepass/${props.environmentName}/issued-grants`,
      retentionDays: props.issuedGrantRetentionDays,
      retention: props.retention,
    });
    this.logGroupName = log.logGroupName;
    this.issuedGrantsLogGroupName = issuedGrants.logGroupName;
    const role = this.#createRole(name, props.signingSlots, [log, issuedGrants]);
    const handler = this.#createFunction({ name, role, props });
    this.functionName = handler.functionName;
    this.invokeArn = handler.invokeArn;
  }

  #createRole(name: string, slots: readonly SigningSlot[], logs: readonly LogGroup[]): IamRole {
    const role = new IamRole(this, 'role', {
      name,
      description: 'Signs grants with the keys of the slots, writes its own logs',
      assumeRolePolicy: policyDocument([
        {
          Sid: 'LambdaRunsFunction',
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ]),
    });
    new IamRolePolicy(this, 'permissions', {
      name: 'permissions',
      role: role.id,
      policy: policyDocument([...slots.map(signPermission), writeLogsPermission(logs)]),
    });
    return role;
  }

  #createFunction(parts: { name: string; role: IamRole; props: SessionFunctionProps }) {
    const { name, role, props } = parts;
    const archive = new FunctionArchive(this, 'archive', props);
    return new LambdaFunction(this, 'function', {
      functionName: name,
      description: `${props.environmentName}: issues grants`,
      role: role.arn,
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      filename: archive.path,
      sourceCodeHash: archive.sourceCodeHash,
      memorySize: MEMORY_MEBIBYTES,
      timeout: TIMEOUT_SECONDS,
      environment: { variables: this.#variables(props) },
      loggingConfig: { logFormat: 'JSON', logGroup: this.logGroupName },
    });
  }

  /** Only what Terraform alone knows; everything else is in the settings. */
  #variables(props: SessionFunctionProps): Record<string, string> {
    return {
      EDGEPASS_CONTENT_BASE_URL: props.contentBaseUrl,
      EDGEPASS_SIGNING_SLOTS: JSON.stringify(props.signingSlots.map(describeSlot)),
      EDGEPASS_ORIGIN_SECRETS: JSON.stringify(props.originSecrets),
      EDGEPASS_GRANT_LOG_GROUP: this.issuedGrantsLogGroupName,
    };
  }
}

function describeSlot({ signingKey, state }: SigningSlot): Record<string, string> {
  const { slot, publicKeyId, kmsKeyId, algorithm } = signingKey;
  return { slot, state, custody: 'kms', keyPairId: publicKeyId, kmsKeyId, algorithm };
}

/** K-03: one action, one key, its algorithm, the message itself. */
function signPermission({ signingKey }: SigningSlot): PolicyStatement {
  return {
    Sid: `SignWithSlot${signingKey.slot}`,
    Effect: 'Allow',
    Action: 'kms:Sign',
    Resource: signingKey.kmsKeyArn,
    Condition: { StringEquals: signCondition(signingKey.algorithm) },
  };
}

function writeLogsPermission(logs: readonly LogGroup[]): PolicyStatement {
  return {
    Sid: 'WriteOwnLogs',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: logs.map(({ logGroupArn }) => `${logGroupArn}:*`),
  };
}
