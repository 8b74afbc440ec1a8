import { matchesWildcards } from '#core/policy/resource-pattern';

/**
 * Evaluates a resource policy, for example a bucket policy, by the rules of AWS. The emulator
 * stores policies but does not enforce them. So the local edge and `edgepass check` use this
 * evaluation.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */

/**
 * The caller, the action, the resource and the conditions of a request. Condition keys are in lower
 * case.
 */
export interface AccessRequest {
  readonly principal:
    | { readonly kind: 'anonymous' }
    | { readonly kind: 'service'; readonly service: string }
    | { readonly kind: 'aws'; readonly arn: string };
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** `implicit-deny` means that no statement applies. Access is given only for `allow`. */
export type PolicyDecision = 'allow' | 'explicit-deny' | 'implicit-deny';

type Scalar = string | number | boolean;
type OneOrMany = Scalar | readonly Scalar[];

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany>>;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

const ARN_PARTS = 6;
const KNOWN_MEMBERS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/**
 * Decides one request by one policy document (JSON text). Anything in the policy that is not
 * understood leads to less access.
 */
export function evaluateResourcePolicy(document: string, request: AccessRequest): PolicyDecision {
  const parsed = JSON.parse(document) as { Statement: Statement | readonly Statement[] };
  const statements = [parsed.Statement].flat() as readonly Statement[];
  let decision: PolicyDecision = 'implicit-deny';
  for (const statement of statements) {
    if (!applies(statement, request)) continue;
    if (statement.Effect !== 'Allow') return 'explicit-deny';
    decision = 'allow';
  }
  return decision;
}

function applies(statement: Statement, request: AccessRequest): boolean {
  const whenUnknown = statement.Effect !== 'Allow';
  if (Object.keys(statement).some((member) => !KNOWN_MEMBERS.has(member))) return whenUnknown;
  return (
    matchesPrincipal(statement.Principal, request.principal, whenUnknown) &&
    namesAction(statement, request.action.toLowerCase()) &&
    namesResource(statement, request.resource, whenUnknown) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      matchesOperator(operator, keys, { context: request.context, whenUnknown }),
    )
  );
}

function toList(value: OneOrMany | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat().map(String);
}

/**
 * Compares the principal. In AWS `{"AWS": "*"}` means everybody, but here it does not match a
 * service, because no deployment should depend on that.
 */
function matchesPrincipal(
  principal: Statement['Principal'],
  asking: AccessRequest['principal'],
  whenUnknown: boolean,
): boolean {
  if (principal === undefined) return whenUnknown;
  if (principal === '*') return true;
  const everyone = toList(principal['AWS']).includes('*');
  switch (asking.kind) {
    case 'anonymous':
      return everyone;
    case 'service':
      return (everyone && whenUnknown) || toList(principal['Service']).includes(asking.service);
    case 'aws':
      return everyone || toList(principal['AWS']).some((named) => namesCaller(named, asking.arn));
  }
}

/**
 * Returns whether a principal names the caller. An account id or its root means every identity of
 * the account that IAM allows; IAM is not evaluated here.
 */
function namesCaller(named: string, callerArn: string): boolean {
  const account = callerArn.split(':')[4] ?? '';
  return [callerArn, account, `arn:aws:iam::${account}:root`].includes(named);
}

function namesAction({ Action, NotAction }: Statement, action: string): boolean {
  const matches = (pattern: string): boolean => matchesWildcards(pattern.toLowerCase(), action);
  return NotAction === undefined ? toList(Action).some(matches) : !toList(NotAction).some(matches);
}

function namesResource(
  { Resource, NotResource }: Statement,
  resource: string,
  whenUnknown: boolean,
): boolean {
  const named = [...toList(Resource), ...toList(NotResource)];
  // The value of a policy variable is not known here.
  if (named.some((pattern) => pattern.includes('${'))) return whenUnknown;
  const matches = (pattern: string): boolean => matchesWildcards(pattern, resource);
  return NotResource === undefined
    ? toList(Resource).some(matches)
    : !toList(NotResource).some(matches);
}

/**
 * Compares two ARNs part by part. A `*` in one part does not match into the next part. The last
 * part may contain colons.
 */
function matchesArn(pattern: string, arn: string): boolean {
  const split = (text: string): string[] => {
    const parts = text.split(':');
    return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')];
  };
  const actual = split(arn);
  return split(pattern).every((part, at) => matchesWildcards(part, actual[at] ?? ''));
}

interface ConditionSettings {
  readonly context: Readonly<Record<string, string>>;
  readonly whenUnknown: boolean;
}

type Comparison = (actual: string, expected: readonly string[]) => boolean;

const COMPARISONS: Readonly<Partial<Record<string, Comparison>>> = {
  StringEquals: (actual, expected) => expected.includes(actual),
  StringNotEquals: (actual, expected) => !expected.includes(actual),
  StringLike: (actual, expected) => expected.some((pattern) => matchesWildcards(pattern, actual)),
  StringNotLike: (actual, expected) =>
    !expected.some((pattern) => matchesWildcards(pattern, actual)),
  ArnEquals: (actual, expected) => expected.some((pattern) => matchesArn(pattern, actual)),
  ArnLike: (actual, expected) => expected.some((pattern) => matchesArn(pattern, actual)),
  Bool: (actual, expected) => expected.some((value) => value.toLowerCase() === actual),
  NumericLessThan: (actual, expected) => expected.some((value) => Number(actual) < Number(value)),
};

function matchesOperator(
  operator: string,
  keys: Readonly<Record<string, OneOrMany>>,
  settings: ConditionSettings,
): boolean {
  const optional = operator.endsWith('IfExists');
  const name = optional ? operator.slice(0, -'IfExists'.length) : operator;
  return Object.entries(keys).every(([key, expected]) => {
    const actual = settings.context[key.toLowerCase()];
    if (name === 'Null') return toList(expected).includes(String(actual === undefined));
    const compare = COMPARISONS[name];
    const values = toList(expected);
    const isReadable = name.startsWith('Arn')
      ? values.every((value) => value.split(':').length >= ARN_PARTS)
      : true;
    if (compare === undefined || !isReadable || values.some((value) => value.includes('${'))) {
      return settings.whenUnknown;
    }
    // A condition on an absent key is true for a negated operator and false for any other, unless
    // the operator ends in `IfExists`.
    if (actual === undefined) return optional || name.includes('Not');
    return compare(actual, values);
  });
}
