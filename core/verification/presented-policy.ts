import { decodeCloudFrontBase64 } from '../policy/cloudfront-base64';
import { parseEpochText } from '../policy/epoch-text';
import { parseCustomPolicy } from '../policy/parse-custom-policy';
import type { CustomPolicy } from '../policy/policy';
import { serialiseCannedPolicy } from '../policy/serialise-policy';
import type { Credentials } from './credentials';
import type { ViewerRefusalReason } from './viewer-refusals';
import { unsignedUrl, type ViewerUrl } from './viewer-url';

type Reasons = Set<ViewerRefusalReason>;

/**
 * The policy that a request presents: the text that was signed, and the conditions under which it
 * is valid. Each of them can be known without the other.
 */
export interface PresentedPolicy {
  readonly kind: 'canned' | 'custom';
  readonly signedBytes?: Uint8Array | undefined;
  readonly conditions?: Omit<CustomPolicy, 'kind'> | undefined;
}

function readCannedPolicy(expires: string, url: ViewerUrl, reasons: Reasons): PresentedPolicy {
  const expiresAt = parseEpochText(expires);
  if (!expiresAt.ok) {
    reasons.add(expiresAt.refusal === 'milliseconds' ? 'policy_milliseconds' : 'malformed_expires');
    return { kind: 'canned' };
  }
  const text = serialiseCannedPolicy({ kind: 'canned', resource: unsignedUrl(url), expires });
  if (text === undefined) reasons.add('unsupported_resource');
  return {
    kind: 'canned',
    signedBytes: text === undefined ? undefined : new TextEncoder().encode(text),
    // The Resource of a canned policy is always the request's own URL. The signature check compares
    // it.
    conditions: {
      resource: undefined,
      expiresAt: expiresAt.value,
      startsAt: undefined,
      sourceIpRange: undefined,
    },
  };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readCustomPolicy(encodedPolicy: string, reasons: Reasons): PresentedPolicy {
  const signedBytes = decodeCloudFrontBase64(encodedPolicy);
  if (signedBytes === undefined) {
    reasons.add('policy_encoding');
    return { kind: 'custom' };
  }
  let text: string;
  try {
    text = UTF8.decode(signedBytes);
  } catch {
    reasons.add('policy_not_json');
    return { kind: 'custom', signedBytes };
  }
  const parsed = parseCustomPolicy(text);
  if (parsed.ok) return { kind: 'custom', signedBytes, conditions: parsed.value };
  parsed.refusal.forEach((problem) => reasons.add(problem));
  return { kind: 'custom', signedBytes };
}

/**
 * Reads the policy of a request: decodes a custom policy, or builds a canned policy from the URL
 * and the expiry. Adds every syntax error of the policy to the reasons for a refusal. It does not
 * check whether the policy allows the request.
 */
export function readPresentedPolicy(
  { policy, expires }: Credentials['parts'],
  url: ViewerUrl,
  reasons: Reasons,
): PresentedPolicy | undefined {
  if (policy !== undefined && expires !== undefined) reasons.add('policy_and_expires');
  if (policy !== undefined) return readCustomPolicy(policy, reasons);
  if (expires !== undefined) return readCannedPolicy(expires, url, reasons);
  reasons.add('missing_policy');
  return undefined;
}
