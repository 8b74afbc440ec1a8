// One table of address ranges for the verifier and for the question about causes.
import { ipv4RangeContains, parseIpv4Range } from '#core/policy/ipv4-range';
import { parseCustomPolicy } from '#core/policy/parse-custom-policy';
import {
  ask,
  BASE,
  cookiesWith,
  policyOf,
  refusedWith,
} from '#test/unit/analytics/queries/planted-lines';
import vectors from './source-ranges.json';

const policyWith = (range: string): string => policyOf({ resource: `${BASE}/t/acme/*`, range });

/** What a refusal is called whose policy holds in everything but, perhaps, its range. */
function causeOf(inside: boolean | null): string {
  // If every condition holds, only the signature can be wrong.
  if (inside === true) return 'bad_signature_presumed';
  return inside === false ? 'wrong_address' : 'denied_unspecified';
}

describe('The range of addresses in a policy', () => {
  it.each(vectors)('C-43: the verifier: $range, $comment', ({ range, clientIp, inside }) => {
    const parsed = parseIpv4Range(range);

    expect(parsed === undefined ? null : ipv4RangeContains(parsed, clientIp)).toBe(inside);
    expect(parseCustomPolicy(policyWith(range))).toMatchObject(
      inside === null ? { ok: false, refusal: ['policy_ip_range'] } : { ok: true },
    );
  });

  it('L-07: the cause of a refusal, where nothing is concluded from what is no range', async () => {
    const lines = vectors.map(({ range, clientIp }, at) => ({
      ...refusedWith('AccessDenied'),
      ...cookiesWith(policyWith(range), `signature-number-${at}-`.repeat(4)),
      'c-ip': clientIp,
      'x-edge-request-id': `vector-${String(at).padStart(2, '0')}`,
    }));
    const rows = await ask('refusals', { lines });
    const causes = new Map(rows.map((row) => [row['x_edge_request_id'], row['cause']]));

    expect(
      vectors.map(({ range, comment }, at) => [
        range,
        comment,
        causes.get(`vector-${String(at).padStart(2, '0')}`),
      ]),
    ).toEqual(vectors.map(({ range, comment, inside }) => [range, comment, causeOf(inside)]));
  });
});
