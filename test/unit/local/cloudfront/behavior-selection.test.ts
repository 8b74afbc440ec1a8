import { matchesPathPattern, selectBehavior } from '#local/cloudfront/behavior-selection';
import type { EdgeSwitches } from '#local/cloudfront/switches';
import { contentBehavior, publicBehavior, stackBehaviors } from './edge-fixture';

function select(rawPath: string, reading: EdgeSwitches['behaviorPath'] = 'decoded'): string {
  return selectBehavior(stackBehaviors(), rawPath, reading).pathPattern;
}

describe('Which cache behavior a request gets', () => {
  it('C-52: takes the first pattern in listed order, not the longest', () => {
    const behaviors = [
      contentBehavior({ pathPattern: '/a*' }),
      contentBehavior({ pathPattern: '/a/b*' }),
      contentBehavior({ pathPattern: '*' }),
    ];

    expect(selectBehavior(behaviors, '/a/b/c', 'decoded').pathPattern).toBe('/a*');
  });

  it('C-52: resolves dot segments and joins slashes before it looks at patterns', () => {
    const chosen = {
      '/t/acme/x': '/t/*',
      '/public/../t/acme/x': '/t/*',
      '/public/./x': '/public/*',
      '//public//x': '/public/*',
      '/public/..': '*',
      '/t/acme/../../public/x': '/public/*',
      '/api/../../t/x': '/t/*',
    };

    expect(Object.fromEntries(Object.keys(chosen).map((path) => [path, select(path)]))).toEqual(
      chosen,
    );
  });

  it('C-52: follows the example of the guide', () => {
    const behaviors = [
      contentBehavior({ pathPattern: '/a/b*' }),
      contentBehavior({ pathPattern: '/a*' }),
      contentBehavior({ pathPattern: '*' }),
    ];

    expect(selectBehavior(behaviors, '/a/b/..', 'decoded').pathPattern).toBe('/a*');
  });

  it('C-52: sends another letter case, a lookalike or a missing slash to the default behavior', () => {
    const paths = [
      '/T/acme/x',
      '/PUBLIC/x',
      '/tt/x',
      '/t',
      '/public',
      '/t%2Facme/x',
      '/publicly/x',
    ];

    expect(paths.map((path) => select(path))).toEqual(paths.map(() => '*'));
  });

  it('C-52: has a switch for which escapes are decoded first', () => {
    expect(select('/%70ublic/x', 'decoded')).toBe('/public/*');
    expect(select('/%70ublic/x', 'undecoded')).toBe('*');
    expect(select('/public/%2e%2e/t/x', 'decoded')).toBe('/t/*');
    expect(select('/public/%2e%2e/t/x', 'undecoded')).toBe('/public/*');
    expect(select('/public/../t/x', 'undecoded')).toBe('/t/*');
  });

  it('C-52: has a switch that sends every odd path to the default behavior', () => {
    expect(select('/public/./x', 'default')).toBe('*');
    expect(select('//public/x', 'default')).toBe('*');
    expect(select('/public/x', 'default')).toBe('/public/*');
    expect(select('/public/%c3%a9', 'default')).toBe('/public/*');
  });

  it('C-52: asks for a signature where only one of the possible readings is public', () => {
    const odd = ['/%70ublic/x', '/public/%2e%2e/t/x', '/t/../public/x', '//public/x', '/api//x'];
    const chosen = odd.map((path) => selectBehavior(stackBehaviors(), path, 'strictest'));

    expect(chosen.filter(({ trustedKeys }) => trustedKeys === undefined)).toEqual([]);
    expect(select('/public/x', 'strictest')).toBe('/public/*');
    expect(select('/t/acme/../globex/x', 'strictest')).toBe('/t/*');
  });

  it('reads `*` as any characters, slashes too, and `?` as exactly one', () => {
    expect(matchesPathPattern('/t/*/x', '/t/a/b/x')).toBe(true);
    expect(matchesPathPattern('t/?', '/t/a')).toBe(true);
    expect(matchesPathPattern('/t/?', '/t/')).toBe(false);
    expect(matchesPathPattern('/t/?', '/t/ab')).toBe(false);
    expect(matchesPathPattern('/a.b', '/aXb')).toBe(false);
    expect(matchesPathPattern('/a+$', '/aa')).toBe(false);
  });

  it('never looks at the query or at anything but the path', () => {
    expect(selectBehavior([publicBehavior(), contentBehavior()], '/x', 'decoded').pathPattern).toBe(
      '/t/*',
    );
  });

  it('has no distribution without a default behavior', () => {
    expect(() => selectBehavior([], '/x', 'decoded')).toThrow('default cache behavior');
  });
});
