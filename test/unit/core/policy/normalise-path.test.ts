import { normalisePath } from '#core/policy/normalise-path';

describe('normalisePath', () => {
  it.each([
    ['/', '/'],
    ['', '/'],
    ['/t/acme/x', '/t/acme/x'],
    ['/t/acme/', '/t/acme/'],
    ['//t///acme//x', '/t/acme/x'],
    ['/t/acme//', '/t/acme/'],
    ['/a/b/..', '/a/'],
    ['/a/b/.', '/a/b/'],
    ['/a/./b', '/a/b'],
    ['/t/acme/../globex/x', '/t/globex/x'],
    ['/t/acme/%2e%2E/globex/x', '/t/globex/x'],
    ['/..', '/'],
    ['/../..', '/'],
    ['/../t', '/t'],
    ['/.', '/'],
    ['/%74/%61cme', '/t/acme'],
    ['/%7e%2D%5f%2E5', '/~-_.5'],
    ['/a%2fb%5c%c3%a4', '/a%2Fb%5C%C3%A4'],
    ['/a%252e', '/a%252e'],
    ['/%zz%4', '/%zz%4'],
    ['/a/...', '/a/...'],
    ['/a/.../', '/a/.../'],
    ['/a\\..\\b', '/a\\..\\b'],
    ['/%20%2A', '/%20%2A'],
    ['/x%41y%7A', '/xAyz'],
  ])('C-21: %j is %j', (raw, normal) => {
    expect(normalisePath(raw)).toBe(normal);
  });
});
