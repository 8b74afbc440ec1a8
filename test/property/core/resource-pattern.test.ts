import fc from 'fast-check';
import {
  matchesWildcards,
  matchResource,
  type ResourceMatch,
  type SignedForm,
  type UrlSections,
} from '#core/policy/resource-pattern';
import { propertyRuns } from './property-runs';

/**
 * A second matcher, written from the same page of the AWS guide: one regular expression over the
 * whole URL.
 */
function matchByRegex(resource: string, url: UrlSections, form: SignedForm): ResourceMatch {
  const text = `${url.scheme}://${url.domain}${url.path}${url.query === undefined ? '' : `?${url.query}`}`;
  if (form === 'signedCookies' && !resource.startsWith('http')) return 'unsupported';
  if (resource === '*') return 'inside';
  const sections =
    /^(?:(?<scheme>\*|http|https|http\*):\/\/|(?=\*)(?!.*:\/\/))(?<domain>[^/?]*?)(?<path>\/[^?]*?)?(?:\\?\?(?<query>.*))?$/s.exec(
      resource,
    );
  if (sections === null) return 'unsupported';
  const { scheme = '*', domain = '', path, query } = sections.groups ?? {};
  const glob = (pattern: string, any: string): string =>
    pattern.replace(/[^*?]|\*|\?/gsu, (token) => {
      if (token === '*') return `${any}*`;
      return token === '?' ? any : token.replace(/[\\^$.|+()[\]{}/-]/, '\\$&');
    });
  const impliesQuery = query === undefined && (path ?? domain).endsWith('*');
  const pathRegex = path === undefined ? (impliesQuery ? '[^?]*' : '\\/') : glob(path, '[^?]');
  const anyQuery = impliesQuery || (query !== undefined && /^\*+$/.test(query));
  const givenQuery = query === undefined ? '' : `\\?${glob(query, '[^]')}`;
  const regex = new RegExp(
    `^${glob(scheme, '[^:/?]')}:\\/\\/${glob(domain, '[^/?]')}${pathRegex}${anyQuery ? '(?:\\?[^]*)?' : givenQuery}$`,
  );
  return regex.test(text) ? 'inside' : 'outside';
}

const of = (alphabet: string, constraints: fc.StringConstraints = {}): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), maxLength: 5, ...constraints });

const url = fc.record({
  scheme: fc.constantFrom('http', 'https'),
  domain: of('ab.', { minLength: 1 }),
  path: of('ab/.*').map((rest) => `/${rest}`),
  query: fc.option(of('ab=&?/'), { nil: undefined }),
}) satisfies fc.Arbitrary<UrlSections>;

/**
 * Generates random patterns, and patterns that are made from this URL, because only those match
 * often.
 */
function patternFor({ scheme, domain, path, query }: UrlSections): fc.Arbitrary<string> {
  const text = `${scheme}://${domain}${path}${query === undefined ? '' : `?${query}`}`;
  const beginning = fc.constantFrom('http://', 'https://', '*://', 'http*://', '*', 'h', '**', '');
  const random = fc
    .tuple(beginning, of('ab./*?\\', { maxLength: 8 }))
    .map((parts) => parts.join(''));
  const holes = fc.array(
    fc.tuple(fc.nat(text.length), fc.nat(4), fc.constantFrom('*', '?', '\\?', 'a', '/', '')),
    {
      maxLength: 3,
    },
  );
  const punched = holes.map((list) =>
    list.reduce((now, [at, length, put]) => now.slice(0, at) + put + now.slice(at + length), text),
  );
  return fc.oneof(random, punched);
}

describe('M-02: two matchers written apart', () => {
  it('agree on every pair of Resource and URL', () => {
    const seen = { inside: 0, outside: 0, unsupported: 0 };
    const pair = url.chain((sections) => fc.tuple(fc.constant(sections), patternFor(sections)));
    fc.assert(
      fc.property(
        pair,
        fc.constantFrom('signedUrl', 'signedCookies'),
        ([sections, resource], form) => {
          const expected = matchByRegex(resource, sections, form);
          seen[expected]++;

          expect({ resource, match: matchResource(resource, sections, form) }).toEqual({
            resource,
            match: expected,
          });
        },
      ),
      propertyRuns(20),
    );

    // If the generated patterns rarely matched, the comparison would prove nothing.
    expect(Math.min(seen.inside, seen.outside, seen.unsupported)).toBeGreaterThan(
      propertyRuns().numRuns / 10,
    );
  });

  it('agree on wildcards within a section', () => {
    fc.assert(
      fc.property(of('ab*?', { maxLength: 10 }), of('ab', { maxLength: 12 }), (pattern, text) => {
        const source = pattern.replace(/[*?]/g, (token) => (token === '*' ? '.*' : '.'));

        expect(matchesWildcards(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
      }),
      propertyRuns(10),
    );
  });
});
