import { apiGatewayPaths, type DeployedPlace, resourcePatterns } from './deployer-resources';
import { knownAction, recordedActions, resourceTypesOf } from './iam-actions';
import type { RecordedCalls } from './recorded-calls';
import { STATE_ACTIONS, UNRECORDED_ACTIONS } from './unrecorded-actions';

/** A statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** A policy document. */
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/**
 * Characters that a managed policy may have. IAM does not count white space.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const POLICY_CHARACTERS_MAX = 6_144;

const PASSED_TO = ['firehose', 'lambda', 'logs', 'scheduler', 'states'].map(
  (service) => `${service}.amazonaws.com`,
);
const API_GATEWAY_OPERATIONS = 'ops.apigateway.amazonaws.com';

/** Counts as IAM does. */
export const charactersOf = (policy: Policy): number =>
  JSON.stringify(policy).replaceAll(/\s/g, '').length;

/** Actions whose resource or condition is not that of their resource type. */
function specialStatements({ account, environment }: DeployedPlace, stateBucket: string) {
  const stateArn = `arn:aws:s3:::${stateBucket}`;
  const special: Readonly<Record<string, Omit<Statement, 'Sid' | 'Effect'>>> = {
    PassRoles: {
      Action: ['iam:PassRole'],
      Resource: [`arn:aws:iam::${account}:role/edgepass-${environment}-*`],
      Condition: { StringEquals: { 'iam:PassedToService': PASSED_TO } },
    },
    ServiceLinkedRole: {
      Action: ['iam:CreateServiceLinkedRole'],
      Resource: [`arn:aws:iam::${account}:role/aws-service-role/${API_GATEWAY_OPERATIONS}/*`],
      Condition: { StringEquals: { 'iam:AWSServiceName': [API_GATEWAY_OPERATIONS] } },
    },
    State: { Action: STATE_ACTIONS.actions, Resource: [stateArn, `${stateArn}/*`] },
  };
  return special;
}

async function resourcesOf(action: string, place: DeployedPlace): Promise<readonly string[]> {
  if (action.startsWith('apigateway:')) return apiGatewayPaths(place.region);
  const types = await resourceTypesOf(action);
  if (types.length === 0) return ['*'];
  const patterns = resourcePatterns(place);
  const resources = types.flatMap((type) => patterns[type] ?? []);
  if (resources.length > 0) return [...new Set(resources)].sort();
  throw new Error(
    `${action}: no ARN is known for ${types.join(', ')}: add one to resourcePatterns`,
  );
}

/** Groups actions with the same resources. */
async function groupByResources(
  actions: readonly string[],
  place: DeployedPlace,
): Promise<Statement[]> {
  const groups = new Map<string, { resources: readonly string[]; actions: string[] }>();
  for (const action of actions) {
    const resources = await resourcesOf(action, place);
    const group = groups.get(resources.join()) ?? { resources, actions: [] };
    group.actions.push(action);
    groups.set(resources.join(), group);
  }
  return [...groups.values()].map((group, index) => ({
    Sid: `Deploy${index}`,
    Effect: 'Allow',
    Action: group.actions,
    Resource: group.resources,
  }));
}

/** Fills policies with statements, as many as IAM lets one policy have. */
function splitIntoPolicies(statements: readonly Statement[]): Policy[] {
  const policies: Policy[] = [];
  let current: Policy = { Version: '2012-10-17', Statement: [] };
  for (const statement of statements) {
    const longer = { ...current, Statement: [...current.Statement, statement] };
    if (charactersOf(longer) > POLICY_CHARACTERS_MAX) {
      policies.push(current);
      current = { ...current, Statement: [statement] };
    } else {
      current = longer;
    }
  }
  return [...policies, current];
}

/**
 * Builds the managed policies of a deployer from the recorded calls and from the actions that no
 * call shows.
 *
 * @throws Error when an action is unknown to AWS's reference, or when no ARN is known for it
 */
export async function buildDeployerPolicies(
  calls: RecordedCalls,
  place: DeployedPlace,
  stateBucket: string,
): Promise<Policy[]> {
  const special = specialStatements(place, stateBucket);
  const specialActions = new Set(
    Object.entries(special).flatMap(([sid, { Action }]) => (sid === 'State' ? [] : Action)),
  );
  const unrecorded = UNRECORDED_ACTIONS.flatMap(({ actions }) => actions);
  const known = await Promise.all(unrecorded.map(knownAction));
  const actions = [...new Set([...(await recordedActions(calls)), ...known])]
    .filter((action) => !specialActions.has(action))
    .sort();
  return splitIntoPolicies([
    ...(await groupByResources(actions, place)),
    ...Object.entries(special).map(([Sid, rest]): Statement => ({ Sid, Effect: 'Allow', ...rest })),
  ]);
}
