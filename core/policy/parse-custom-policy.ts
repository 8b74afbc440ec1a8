import { accept, type Outcome, refuse } from '../outcome';
import { parseEpochText } from './epoch-text';
import { type Ipv4Range, parseIpv4Range } from './ipv4-range';
import type { CustomPolicy } from './policy';
import { type JsonObject, type JsonValue, parseStrictJson } from './strict-json';

/** The reason why CloudFront would not accept a text as a custom policy. */
export type PolicyProblem =
  | 'policy_not_json'
  | 'policy_duplicate_member'
  | 'policy_unknown_member'
  | 'policy_statement'
  | 'policy_resource'
  | 'policy_expiry_missing'
  | 'policy_time'
  | 'policy_milliseconds'
  | 'policy_ip_range';

/** The parsed policy, or all problems of the text. */
export type ParsedPolicy = Outcome<CustomPolicy, readonly PolicyProblem[]>;

/**
 * Reads the members of a policy and collects all problems, because whoever wrote the policy wants
 * to see all of them at once.
 */
class PolicyReader {
  readonly problems = new Set<PolicyProblem>();

  /**
   * Returns the value as an object, and adds a problem for every member that the guide does not
   * name.
   */
  object(value: JsonValue | undefined, known: readonly string[]): JsonObject {
    if (!(value instanceof Map)) {
      this.problems.add('policy_statement');
      return new Map();
    }
    const members: JsonObject = value;
    for (const name of members.keys()) {
      if (!known.includes(name)) this.problems.add('policy_unknown_member');
    }
    return members;
  }

  statement(document: JsonValue): JsonObject {
    const statements = this.object(document, ['Statement']).get('Statement');
    if (!Array.isArray(statements) || statements.length !== 1) {
      this.problems.add('policy_statement');
      return new Map();
    }
    const [statement] = statements as readonly JsonValue[];
    return this.object(statement, ['Resource', 'Condition']);
  }

  resource(value: JsonValue | undefined): string | undefined {
    if (value === undefined || typeof value === 'string') return value;
    this.problems.add('policy_resource');
    return undefined;
  }

  time(condition: JsonValue | undefined): number | undefined {
    if (condition === undefined) return undefined;
    const value = this.object(condition, ['AWS:EpochTime']).get('AWS:EpochTime');
    const isNumber = typeof value === 'object' && value !== null && 'numberText' in value;
    const seconds = parseEpochText(isNumber ? value.numberText : '');
    if (seconds.ok) return seconds.value;
    this.problems.add(seconds.refusal === 'milliseconds' ? 'policy_milliseconds' : 'policy_time');
    return undefined;
  }

  sourceIpRange(condition: JsonValue | undefined): Ipv4Range | undefined {
    if (condition === undefined) return undefined;
    const text = this.object(condition, ['AWS:SourceIp']).get('AWS:SourceIp');
    const range = typeof text === 'string' ? parseIpv4Range(text) : undefined;
    if (range === undefined) this.problems.add('policy_ip_range');
    return range;
  }
}

/**
 * Parses the text of a custom policy. The policy must have exactly one statement, only members that
 * the AWS guide names, each at most once, times in whole seconds and at most one IPv4 range (C-12).
 * Whitespace is accepted because samples in the guide have some. Never throws.
 *
 * @see DG:private-content-setting-signed-cookie-custom-policy
 */
export function parseCustomPolicy(text: string): ParsedPolicy {
  const json = parseStrictJson(text);
  if (json === undefined) return refuse(['policy_not_json']);
  const reader = new PolicyReader();
  if (json.duplicateMembers.length > 0) reader.problems.add('policy_duplicate_member');

  const statement = reader.statement(json.value);
  const resource = reader.resource(statement.get('Resource'));
  const conditions = reader.object(statement.get('Condition') ?? new Map(), [
    'DateLessThan',
    'DateGreaterThan',
    'IpAddress',
  ]);
  const expiry = conditions.get('DateLessThan');
  const expiresAt = reader.time(expiry);
  const startsAt = reader.time(conditions.get('DateGreaterThan'));
  const sourceIpRange = reader.sourceIpRange(conditions.get('IpAddress'));
  if (expiry === undefined) reader.problems.add('policy_expiry_missing');

  if (expiresAt === undefined || reader.problems.size > 0) {
    return refuse([...reader.problems]);
  }
  return accept({ kind: 'custom', resource, expiresAt, startsAt, sourceIpRange });
}
