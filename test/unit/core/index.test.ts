// Loaded as a user of the package would: nobody inside imports it.
const entry = jest.requireActual<Readonly<Record<string, unknown>>>('#core/index');

describe('edgepass/core', () => {
  it('C-04: exports these functions and no builder, serialiser or parser of policies', () => {
    const functions = Object.entries(entry)
      .filter(([, value]) => typeof value === 'function')
      .map(([name]) => name);

    expect(functions.sort()).toEqual([
      'AssumptionError',
      'InputError',
      'Secret',
      'absorbNarrower',
      'addSeconds',
      'buildClearCookies',
      'buildDownloadQuery',
      'buildErrorBody',
      'buildSetCookies',
      'createInMemorySigner',
      'encodeObjectPath',
      'epochSeconds',
      'isTenantId',
      'parseContentBaseUrl',
      'parseKeyPairId',
      'parseObjectKey',
      'parsePathScope',
      'parseTenantId',
      'parseTrustedPublicKey',
      'personalTenantId',
      'scopeCovers',
      'scopeOfObjectKey',
      'signCookies',
      'signUrl',
      'tenantScope',
      'tenantUsersScope',
      'toRfc3339',
      'userHash',
      'userScope',
      'verifyViewerRequest',
    ]);
  });
});
