/**
 * Evaluates a resource policy (a bucket policy) as S3 does: the emulator stores policies and enforces none,
 * so that the edge and `edgepass check` ask this instead.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */

/** Who asks, for what, in which circumstances. Condition keys are lower-case. */
export interface AccessRequest {
  readonly principal:
    | { readonly kind: 'anonymous' }
    | { readonly kind: 'service'; readonly service: string }
    | { readonly kind: 'aws'; readonly arn: string };
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** `implicit-deny`: no statement says anything. Only `allow` opens. */
export type PolicyDecision = 'allow' | 'explicit-deny' | 'implicit-deny';

type OneOrMany = string | readonly string[];

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany>>;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

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

/** Decides one request by one policy document (JSON text). Anything it does not understand counts against access. */
export function evaluateResourcePolicy(document: string, request: AccessRequest): PolicyDecision {
  const parsed = JSON.parse(document) as { Statement: Statement | readonly Statement[] };
  const statements = [parsed.Statement].flat() as readonly Statement[];
  let decision: PolicyDecision = 'implicit-deny';
  for (const statement of statements) {
    if (!applies(statement, request)) continue;
    if (statement.Effect === 'Deny') return 'explicit-deny';
    decision = 'allow';
  }
  return decision;
}

function applies(statement: Statement, request: AccessRequest): boolean {
  const isDeny = statement.Effect === 'Deny';
  if (Object.keys(statement).some((member) => !KNOWN_MEMBERS.has(member))) return isDeny;
  return (
    matchesPrincipal(statement.Principal, request.principal) &&
    namesAction(statement, request.action.toLowerCase()) &&
    namesResource(statement, request.resource) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      matchesOperator(operator, keys, { context: request.context, whenUnknown: isDeny }),
    )
  );
}

function toList(value: OneOrMany | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}

function matchesPrincipal(
  principal: Statement['Principal'],
  asking: AccessRequest['principal'],
): boolean {
  if (principal === undefined) return false;
  if (principal === '*') return true;
  const everyone = toList(principal['AWS']).includes('*');
  switch (asking.kind) {
    case 'anonymous':
      return everyone;
    case 'service':
      return toList(principal['Service']).includes(asking.service);
    case 'aws':
      return everyone || toList(principal['AWS']).includes(asking.arn);
  }
}

function namesAction({ Action, NotAction }: Statement, action: string): boolean {
  const matches = (pattern: string): boolean => matchesWildcard(pattern.toLowerCase(), action);
  return NotAction === undefined ? toList(Action).some(matches) : !toList(NotAction).some(matches);
}

function namesResource({ Resource, NotResource }: Statement, resource: string): boolean {
  const matches = (pattern: string): boolean => matchesWildcard(pattern, resource);
  return NotResource === undefined
    ? toList(Resource).some(matches)
    : !toList(NotResource).some(matches);
}

function matchesWildcard(pattern: string, value: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 's').test(value);
}

interface ConditionSettings {
  readonly context: Readonly<Record<string, string>>;
  readonly whenUnknown: boolean;
}

type Comparison = (actual: string, expected: readonly string[]) => boolean;

const COMPARISONS: Readonly<Partial<Record<string, Comparison>>> = {
  StringEquals: (actual, expected) => expected.includes(actual),
  StringNotEquals: (actual, expected) => !expected.includes(actual),
  StringLike: (actual, expected) => expected.some((pattern) => matchesWildcard(pattern, actual)),
  StringNotLike: (actual, expected) =>
    !expected.some((pattern) => matchesWildcard(pattern, actual)),
  ArnEquals: (actual, expected) => expected.some((pattern) => matchesWildcard(pattern, actual)),
  ArnLike: (actual, expected) => expected.some((pattern) => matchesWildcard(pattern, actual)),
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
    if (compare === undefined) return settings.whenUnknown;
    // A negated operator holds for an absent key; every other one needs it.
    if (actual === undefined) return optional || name.includes('Not');
    return compare(actual, toList(expected));
  });
}
