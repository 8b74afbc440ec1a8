import { InputError } from '#core/errors';
import {
  absorbNarrower,
  parsePathScope,
  scopeCovers,
  tenantScope,
  tenantUsersScope,
  userScope,
} from '#core/tenancy/path-scope';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { parseUserHash } from '#core/tenancy/user-hash';
import { thrownBy } from '../thrown-by';

const acme = parseTenantId('acme');
const globex = parseTenantId('globex');
const user = parseUserHash('0123456789abcdefghijkA');
const other = parseUserHash('0123456789abcdefghijkQ');

describe('scopes', () => {
  it('C-03: end in a slash', () => {
    expect(tenantScope(acme)).toEqual({ path: '/t/acme/', tenant: acme });
    expect(tenantUsersScope(acme)).toEqual({ path: '/u/acme/', tenant: acme });
    expect(userScope(acme, user)).toEqual({ path: `/u/acme/${user}/`, tenant: acme, user });
  });

  it.each([tenantScope(acme), tenantUsersScope(acme), userScope(acme, user)])(
    'are parsed from their path $path',
    (scope) => {
      expect(parsePathScope(scope.path)).toEqual(scope);
    },
  );

  it.each([
    '',
    '/',
    '//',
    '/t/',
    '/t//',
    '/u//',
    '/t/acme',
    't/acme/',
    '/t/acme/x',
    '/t/acme/x/',
    `/t/acme/${user}/`,
    '/u/acme',
    '/u/acme/x/',
    `/u/acme/${user}`,
    `/u/acme/${user}/x/`,
    `/u/acme/${user}//`,
    '/x/acme/',
    '/T/acme/',
    '/t/*/',
    '/t/../',
    '/t/ac me/',
    '/t/acme/\r\n',
    '/t/acme//',
    '//t/acme/',
    'x/t/acme/',
    `x/u/acme/${user}/`,
    '/t/acme/;Path=/',
    '/tt/acme/',
    `/x/acme/${user}/`,
  ])('C-03: refuses %j', (path) => {
    expect(() => parsePathScope(path)).toThrow(InputError);
    expect(thrownBy(() => parsePathScope(path))).toMatchObject({
      code: 'ERR_PATH_SCOPE',
      field: 'path',
      message: `path: expected /t/<tenant>/, /u/<tenant>/ or /u/<tenant>/<user>/, received ${JSON.stringify(path)}`,
    });
  });
});

describe('scopeCovers', () => {
  const evil = tenantScope(parseTenantId('acme-evil'));

  it.each([
    [tenantScope(acme), tenantScope(acme), true],
    [tenantUsersScope(acme), userScope(acme, user), true],
    [userScope(acme, user), tenantUsersScope(acme), false],
    [tenantScope(acme), userScope(acme, user), false],
    [tenantScope(acme), evil, false],
    [evil, tenantScope(acme), false],
    [userScope(acme, user), userScope(acme, other), false],
  ])('C-03: $path and the next: %#', (outer, inner, covers) => {
    expect(scopeCovers(outer, inner)).toBe(covers);
  });
});

describe('absorbNarrower', () => {
  it('keeps the order of scopes that do not overlap', () => {
    const scopes = [tenantScope(globex), userScope(acme, user), tenantScope(acme)];

    expect(absorbNarrower(scopes)).toEqual({ kept: scopes, absorbed: [] });
  });

  it('lets the wider absorb the narrower, whichever comes first', () => {
    const [wide, one, two] = [
      tenantUsersScope(acme),
      userScope(acme, user),
      userScope(acme, other),
    ];

    expect(absorbNarrower([one, wide, two])).toEqual({ kept: [wide], absorbed: [one, two] });
  });

  it('keeps a repeated scope once, and absorbs none of it', () => {
    const again = tenantScope(parseTenantId('acme'));

    expect(absorbNarrower([tenantScope(acme), again])).toEqual({
      kept: [tenantScope(acme)],
      absorbed: [],
    });
  });

  it('has nothing to do without scopes', () => {
    expect(absorbNarrower([])).toEqual({ kept: [], absorbed: [] });
  });
});
