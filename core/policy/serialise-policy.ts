import { AssumptionError, InputError } from '../errors';
import { parseCustomPolicy } from './parse-custom-policy';
import type { CannedPolicy, IssuedPolicy } from './policy';

// Matches printable ASCII without `"` and `\`. JSON escapes these two characters; without them the
// Resource looks the same inside and outside of the policy text.
const PLAIN_RESOURCE = /^[\u0021\u0023-\u005b\u005d-\u007e]+$/;

/**
 * Returns whether a Resource needs no escaping in JSON: only visible ASCII, without `"` and `\`
 * (C-02).
 */
export function isPlainResource(resource: string): boolean {
  return PLAIN_RESOURCE.test(resource);
}

/**
 * Parses a policy text again and checks that it gives the intended policy and nothing more (C-02).
 *
 * @throws {AssumptionError} when it does not
 */
export function assertParsesTo(text: string, intended: IssuedPolicy): void {
  const parsed = parseCustomPolicy(text);
  const policy = parsed.ok ? parsed.value : undefined;
  if (
    policy?.resource !== intended.resource ||
    policy.expiresAt !== intended.expiresAt ||
    policy.startsAt !== intended.startsAt ||
    policy.sourceIpRange !== undefined
  ) {
    throw new AssumptionError('The policy that was built does not parse to what was intended');
  }
}

/**
 * Writes the exact text of a policy that this project issues, without whitespace. The text is
 * parsed again and compared with the input before it is returned (C-02).
 *
 * @throws {InputError} `ERR_POLICY_RESOURCE` for a Resource that JSON would have to escape,
 * `ERR_POLICY_WINDOW` for a start that is not before the expiry (C-08)
 */
export function serialiseIssuedPolicy(policy: IssuedPolicy): string {
  const { resource, startsAt, expiresAt } = policy;
  if (!isPlainResource(resource)) {
    throw new InputError({
      code: 'ERR_POLICY_RESOURCE',
      field: 'resource',
      allowed: 'visible ASCII characters without quotes and backslashes',
      received: resource,
    });
  }
  if (startsAt >= expiresAt) {
    throw new InputError({
      code: 'ERR_POLICY_WINDOW',
      field: 'expiresAt',
      allowed: `a time after the start, ${startsAt}`,
      received: expiresAt,
    });
  }
  const text = JSON.stringify({
    Statement: [
      {
        Resource: resource,
        Condition: {
          DateLessThan: { 'AWS:EpochTime': expiresAt },
          DateGreaterThan: { 'AWS:EpochTime': startsAt },
        },
      },
    ],
  });
  assertParsesTo(text, policy);
  return text;
}

/**
 * Writes the exact text that CloudFront builds for a canned policy: a fixed order of members, no
 * whitespace and no newline. Returns `undefined` if the URL has a character that JSON would escape,
 * because AWS does not document whether CloudFront escapes it.
 *
 * @see DG:private-content-creating-signed-url-canned-policy
 */
export function serialiseCannedPolicy({ resource, expires }: CannedPolicy): string | undefined {
  if (!isPlainResource(resource)) return undefined;
  return `{"Statement":[{"Resource":"${resource}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
}
