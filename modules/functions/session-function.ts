import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { Construct } from 'constructs';
import { LogGroup } from '../logs/log-group';
import { resourceName, type ResourceOwner, roleArn } from '../synthesis/resource-names';
import type { ApiFunction } from './http-api';
import {
  createFunctionLog,
  createSigningFunction,
  type SigningFunctionProps,
} from './signing-function';

/**
 * The function answers everything below `/api/`, so that unknown paths get our 404, not API
 * Gateway's.
 */
const ROUTES = ['ANY /api/{proxy+}'];

/** Name of the function and of its role. */
function sessionFunctionName(environmentName: string): string {
  return resourceName(environmentName, 'session');
}

/** ARN of the role that signs, before the role exists: the policy of a signing key names it. */
export function sessionRoleArn(owner: ResourceOwner): string {
  return roleArn(owner, sessionFunctionName(owner.environmentName));
}

/** What `SessionFunction` is made from. */
export interface SessionFunctionProps extends SigningFunctionProps {
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
    this.logGroup = createFunctionLog(this, name, props);
    this.issuedGrants = new LogGroup(this, 'issued-grants', {
      name: `/edgepass/${props.environmentName}/issued-grants`,
      retentionDays: props.issuedGrantRetentionDays,
      retention: props.retention,
    });
    this.resource = createSigningFunction(this, props, {
      name,
      description: `${props.environmentName}: issues grants`,
      roleDescription: 'Signs grants with the keys of the slots, writes its own logs',
      logGroup: this.logGroup,
      issuedGrants: this.issuedGrants,
    });
    this.functionName = this.resource.functionName;
    this.invokeArn = this.resource.invokeArn;
  }
}
