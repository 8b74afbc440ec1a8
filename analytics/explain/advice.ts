import { NAMED_CAUSES, type NamedCause } from '#core/contract/detailed-result-types';
import { SAME_SITE_ATTRIBUTES } from '#core/contract/same-site';

/** Causes that are found by what was presented, or by the body of the answer. */
const CONCLUDED_CAUSES = [
  'no_signature',
  'unknown_key',
  'malformed_policy',
  'malformed_signature',
  'expired',
  'not_yet_valid',
  'outside_path',
  'wrong_address',
  'bad_signature_proven',
  'bad_signature_presumed',
  'revoked',
  'origin_refused',
  'preflight',
  'denied_unspecified',
] as const;

/** One cause of a refusal. */
export type Cause = (typeof CONCLUDED_CAUSES)[number] | NamedCause;

/** All causes that the query `refusals` can give. */
export const CAUSES: readonly Cause[] = [
  ...CONCLUDED_CAUSES,
  ...(Object.keys(NAMED_CAUSES) as NamedCause[]),
];

const FORGED =
  'Nobody but the signing keys makes signatures that fit. If it happens to one person, look for a truncated or altered cookie (a proxy, an app that copies cookies); if it comes in numbers from few addresses, somebody is guessing: `edgepass logs query top-offenders`.';

/** What to do next about a refusal, by its cause. */
export const ADVICE: Readonly<Record<Cause, string>> = {
  no_signature: `The viewer sent no key id: it never logged in, its session has ended (a browser drops the cookies when the grant ends, so a tab that was left open shows here), or the browser did not send the cookies. Compare the page and the content host (same site under ${SAME_SITE_ATTRIBUTES.lax}?), the Path of the cookies, and credentials: "include" on the request. \`edgepass logs query never-signed-or-lapsed\` tells them apart.`,
  unknown_key:
    'The key id is not in the key group of this behavior: a key that was retired too early, cookies of another environment, or an invention. `edgepass logs query key-usage-before-retirement` shows which key ids are still in use.',
  malformed_policy:
    'The policy cannot be decoded. Edgepass never issues such a policy: look for another signer, or for something that rewrites cookies.',
  malformed_signature:
    'The signature is not in the alphabet of CloudFront. Edgepass never issues such a signature: look for another signer, or for something that rewrites cookies.',
  expired:
    'The grant had ended. This is no tab that was left open: a browser drops the cookies when the grant ends (Max-Age) and then sends none. A few seconds late is a request on its way or a clock that is off. Later, it was sent by a script, a saved or leaked link, or a replay: `edgepass logs query expired-lateness` shows from how many addresses and countries, and `edgepass logs query grant --set fingerprint=…` what else the grant opened.',
  not_yet_valid:
    'The grant had not begun. Edgepass dates its grants 60 seconds back, so this is another signer or a clock that is off by more.',
  outside_path:
    'The grant is for another path. Once from one person: a link to content of another tenant. Many paths from one address: probing, see `edgepass logs query cross-tenant-probes`.',
  wrong_address:
    'The policy names an address range and the viewer is outside it; an IPv6 address never is inside. Edgepass issues no such policies.',
  bad_signature_proven: `The signature does not fit what was signed: verified with the public keys. ${FORGED}`,
  bad_signature_presumed: `Everything in the grant holds, so the signature is what is left; nothing in the log shows it. Give --public-keys and evidence to know. ${FORGED}`,
  revoked:
    'viewer-guard refused a path in plain form: the grant was revoked. Logging in again is what helps, once the revocation allows it.',
  geo_blocked:
    'The distribution has a geo restriction and the viewer is in a country that it leaves out.',
  waf_blocked: 'AWS WAF refused it. Its own log has the rule: look for the request id there.',
  origin_refused:
    'CloudFront let it pass and the origin refused it. Content: S3 says 403 when no object of this key exists (where listing is not allowed), or when the bucket policy or KMS key policy lacks this distribution; `edgepass check` looks at the policies. `/api/*`: the function refused it, and its log has the reason.',
  method_not_allowed:
    'The cache behavior does not allow this HTTP method: content can be read with GET and HEAD only. A program that tries others is wrongly written, or it looks for a way in: `edgepass logs query top-offenders`.',
  invalid_header:
    'CloudFront found an invalid header in the request and did not look at the grant. Look at the program that sends it, or at a proxy before it.',
  invalid_certificate:
    'The client opened the TLS connection for another host name than the one that it asks for. It is a wrongly configured client or proxy, or somebody who hides the host (domain fronting).',
  invalid_request:
    'CloudFront did not accept the request as HTTP and did not look at the grant. Look at the program that sends it; in numbers from few addresses it is a scanner.',
  origin_failed:
    'The origin failed, and an error page gave the answer the status 403. It is no refusal of the viewer: `edgepass logs query server-errors` shows failures that keep their status.',
  preflight:
    'A browser asked with OPTIONS whether a page may send a request. It sends no cookies with that, so this is no refusal of a tenant. When a page needs it, allow OPTIONS on the cache behavior and answer it by a response headers policy (CORS).',
  denied_unspecified:
    'The log does not tell. With the evidence delivery on, the next refusal of this kind can be decoded; a path with escapes, dots or empty segments is refused by viewer-guard whatever the grant.',
};

/** Whether a text is one of the causes. */
export function isCause(text: unknown): text is Cause {
  return CAUSES.some((cause) => cause === text);
}
