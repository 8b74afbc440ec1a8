import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { Construct } from 'constructs';
import type { FunctionSettings } from '#configuration/function-settings';
import { SESSION_VARIABLES } from '#core/contract/session-variables';
import type { OriginSecret } from '../edge/origin-secret';
import { LogGroup } from '../logs/log-group';
import { signCondition } from '../signing/key-policy';
import type { SigningSlot } from '../signing/signing-keys';
import { acceptFindings } from '../synthesis/accepted-findings';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import { resourceName, type ResourceOwner, roleArn } from '../synthesis/resource-names';
import { FunctionArchive } from './function-archive';
import type { ApiFunction } from './http-api';

const MEMORY_MEBIBYTES = 512;
const TIMEOUT_SECONDS = 10;
/**
 * The function answers everything below `/api/`, so that unknown paths get our 404, not API
 * Gateway's.
 */
const ROUTES = ['ANY /api/{proxy+}'];

/** Findings of the policy scanner that stand. */
const FINDINGS = {
  CKV_AWS_50:
    'Traces would be one more store of data about requests. Every request has a line in the log, with its duration.',
  CKV_AWS_116:
    'API Gateway calls the function and waits for the answer. Lambda sends only events of asynchronous calls to a dead-letter queue.',
  CKV_AWS_117:
    'The function calls KMS, CloudWatch Logs and the key sets of the issuers, which are public endpoints. In a VPC it would need a NAT gateway and would reach the network of other systems.',
  CKV_AWS_173:
    'Lambda encrypts the variables with its own key. The only secret among them, the origin secret, opens nothing without a valid access token.',
  CKV_AWS_272:
    'The hash of the code is part of the plan. Code signing needs a signing profile of your organisation, which the stack does not have.',
} as const;

/** Name of the function and of its role. */
function sessionFunctionName(environmentName: string): string {
  return resourceName(environmentName, 'session');
}

/** ARN of the role that signs, before the role exists: the policy of a signing key names it. */
export function sessionRoleArn(owner: ResourceOwner): string {
  return roleArn(owner, sessionFunctionName(owner.environmentName));
}

/** What `SessionFunction` is made from. */
export interface SessionFunctionProps {
  /** Prefix of the names of function, role and log groups. */
  readonly environmentName: string;
  /** Path of the folder of the built function. */
  readonly bundlePath: string;
  /** Issuers, origins and limits; becomes `settings.json` in the zip. */
  readonly settings: FunctionSettings;
  /** Scheme and host from which viewers load content. */
  readonly contentBaseUrl: string;
  /** Slots with whose keys the function may sign; it signs with the active one. */
  readonly signingSlots: readonly SigningSlot[];
  /** The secret by which the function knows that the distribution called. */
  readonly originSecret: Pick<OriginSecret, 'acceptedValues'>;
  /** Executions at once that are set aside for it, and its most. @default - those of the account */
  readonly reservedConcurrency?: number;
  /** `keep`: log groups stay when the stack is destroyed. `delete`: they go. */
  readonly retention: 'keep' | 'delete';
  /** Days for which the function's log is kept; one of the values that CloudWatch Logs allows. */
  readonly logRetentionDays: number;
  /**
   * Days for which records of issued grants are kept; one of the values that CloudWatch Logs
   * allows.
   */
  readonly issuedGrantRetentionDays: number;
}

/**
 * The function behind `/api/session`. Its role may sign with the keys of the slots and write to
 * two log
 * groups, nothing else.
 *
 * @example
 * const session = new SessionFunction(stack, 'session', {
 *   environmentName: 'production',
 *   bundlePath: 'dist/functions/session',
 *   settings,
 *   contentBaseUrl: edge.contentBaseUrl,
 *   signingSlots: signing.slots,
 *   originSecret: edge.originSecret,
 *   retention: 'keep',
 *   logRetentionDays: 90,
 *   issuedGrantRetentionDays: 365,
 * });
 */
export class SessionFunction extends Construct implements ApiFunction {
  /** The underlying Lambda function. */
  readonly resource: LambdaFunction;
  readonly functionName: string;
  readonly invokeArn: string;
  readonly routes = ROUTES;
  /** Log group of the function. */
  readonly logGroup: LogGroup;
  /** Log group of the records of issued grants. */
  readonly issuedGrants: LogGroup;

  constructor(scope: Construct, id: string, props: SessionFunctionProps) {
    super(scope, id);
    const name = sessionFunctionName(props.environmentName);
    this.logGroup = new LogGroup(this, 'log', {
      name: `/aws/lambda/${name}`,
      retentionDays: props.logRetentionDays,
      retention: props.retention,
    });
    this.issuedGrants = new LogGroup(this, 'issued-grants', {
      name: `/edgepass/${props.environmentName}/issued-grants`,
      retentionDays: props.issuedGrantRetentionDays,
      retention: props.retention,
    });
    const role = this.#createRole(name, props.signingSlots);
    this.resource = this.#createFunction({ name, role, props });
    this.functionName = this.resource.functionName;
    this.invokeArn = this.resource.invokeArn;
  }

  #createRole(name: string, slots: readonly SigningSlot[]): IamRole {
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
      policy: policyDocument([
        ...slots.map(signPermission),
        writeLogsPermission([this.logGroup, this.issuedGrants]),
      ]),
    });
    return role;
  }

  #createFunction(parts: { name: string; role: IamRole; props: SessionFunctionProps }) {
    const { name, role, props } = parts;
    const archive = new FunctionArchive(this, 'archive', props);
    const lambda = new LambdaFunction(this, 'function', {
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
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      environment: { variables: this.#variables(props) },
      loggingConfig: { logFormat: 'JSON', logGroup: this.logGroup.logGroupName },
    });
    acceptFindings(lambda, FINDINGS);
    return lambda;
  }

  /** Only values that Terraform alone knows; everything else is in the settings. */
  #variables(props: SessionFunctionProps): Record<string, string> {
    return {
      [SESSION_VARIABLES.contentBaseUrl]: props.contentBaseUrl,
      [SESSION_VARIABLES.signingSlots]: JSON.stringify(props.signingSlots.map(describeSlot)),
      [SESSION_VARIABLES.originSecrets]: JSON.stringify(props.originSecret.acceptedValues),
      [SESSION_VARIABLES.grantLogGroup]: this.issuedGrants.logGroupName,
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
