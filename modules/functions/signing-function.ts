import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import type { Construct } from 'constructs';
import type { Environment } from '#configuration/environment';
import type { FunctionSettings } from '#configuration/function-settings';
import { SESSION_VARIABLES } from '#core/contract/session-variables';
import type { OriginSecret } from '../edge/origin-secret';
import { LogGroup } from '../logs/log-group';
import { signCondition } from '../signing/key-policy';
import type { SigningSlot } from '../signing/signing-keys';
import { acceptFindings } from '../synthesis/accepted-findings';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import { FunctionArchive } from './function-archive';

const MEMORY_MEBIBYTES = 512;
const TIMEOUT_SECONDS = 10;

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

/** What every function that signs grants is made from. */
export interface SigningFunctionProps {
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
}

/** Parts of a stack from which every function that signs grants is made. */
export interface SigningStack {
  readonly environment: Environment;
  /** Path of the folder that holds one folder for each built function. */
  readonly functionsFolder: string;
  readonly settings: FunctionSettings;
  readonly edge: Pick<SigningFunctionProps, 'contentBaseUrl' | 'originSecret'>;
  readonly signing: { readonly slots: readonly SigningSlot[] };
}

/** Describes a function that signs grants by the environment and the parts of its stack. */
export function describeSigningFunction(
  folder: string,
  { environment, functionsFolder, settings, edge, signing }: SigningStack,
): SigningFunctionProps {
  return {
    environmentName: environment.name,
    retention: environment.retention,
    bundlePath: `${functionsFolder}/${folder}`,
    settings,
    contentBaseUrl: edge.contentBaseUrl,
    signingSlots: signing.slots,
    originSecret: edge.originSecret,
    logRetentionDays: environment.logs.functionRetentionDays,
  };
}

/** What distinguishes one function that signs from another. */
export interface SigningFunctionParts {
  /** Name of the function and of its role. */
  readonly name: string;
  readonly description: string;
  readonly roleDescription: string;
  /** Log group of the function. */
  readonly logGroup: LogGroup;
  /** Log group of the records of issued grants. */
  readonly issuedGrants: LogGroup;
  /** What its role may do beyond signing and writing logs. @default - nothing */
  readonly statements?: readonly PolicyStatement[];
  /** Variables that only this function reads. @default - none */
  readonly variables?: Readonly<Record<string, string>>;
}

function createRole(
  scope: Construct,
  { signingSlots }: SigningFunctionProps,
  parts: SigningFunctionParts,
): IamRole {
  const { name, roleDescription: description, logGroup, issuedGrants, statements = [] } = parts;
  const role = new IamRole(scope, 'role', {
    name,
    description,
    assumeRolePolicy: policyDocument([
      {
        Sid: 'LambdaRunsFunction',
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    ]),
  });
  new IamRolePolicy(scope, 'permissions', {
    name: 'permissions',
    role: role.id,
    policy: policyDocument([
      ...signingSlots.map(signPermission),
      writeLogsPermission([logGroup, issuedGrants]),
      ...statements,
    ]),
  });
  return role;
}

/** The log group of a function: the one that Lambda writes to. */
export function createFunctionLog(
  scope: Construct,
  functionName: string,
  { logRetentionDays, retention }: SigningFunctionProps,
): LogGroup {
  return new LogGroup(scope, 'log', {
    name: `/aws/lambda/${functionName}`,
    retentionDays: logRetentionDays,
    retention,
  });
}

/** Only values that Terraform alone knows; everything else is in the settings. */
function variablesOf(
  { contentBaseUrl, signingSlots, originSecret }: SigningFunctionProps,
  { issuedGrants, variables }: SigningFunctionParts,
): Record<string, string> {
  return {
    [SESSION_VARIABLES.contentBaseUrl]: contentBaseUrl,
    [SESSION_VARIABLES.signingSlots]: JSON.stringify(signingSlots.map(describeSlot)),
    [SESSION_VARIABLES.originSecrets]: JSON.stringify(originSecret.acceptedValues),
    [SESSION_VARIABLES.grantLogGroup]: issuedGrants.logGroupName,
    ...variables,
  };
}

/** Creates a function that signs grants, with its role and its zip, below a scope. */
export function createSigningFunction(
  scope: Construct,
  props: SigningFunctionProps,
  parts: SigningFunctionParts,
): LambdaFunction {
  const role = createRole(scope, props, parts);
  const archive = new FunctionArchive(scope, 'archive', props);
  const lambda = new LambdaFunction(scope, 'function', {
    functionName: parts.name,
    description: parts.description,
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
    environment: { variables: variablesOf(props, parts) },
    loggingConfig: { logFormat: 'JSON', logGroup: parts.logGroup.logGroupName },
  });
  acceptFindings(lambda, FINDINGS);
  return lambda;
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
