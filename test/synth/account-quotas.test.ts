import { neededOf } from '#cli/check/quota-probes';
import { ACCOUNT_QUOTAS, type AccountQuotaId } from '#core/contract/account-quotas';
import { changedEnvironment, synthesiseDelivery } from './synthesised';

const QUOTAS = Object.entries(ACCOUNT_QUOTAS) as [
  AccountQuotaId,
  (typeof ACCOUNT_QUOTAS)[AccountQuotaId],
][];

test.each<[string, (document: Record<string, unknown>) => void]>([
  ['smallest', (d) => Object.assign(d, { publicPrefix: false, webAcl: undefined })],
  ['example', () => undefined],
  ['with logs of the web ACL', (d) => (d['webAcl'] = { logs: {} })],
])('%s: edgepass check counts what is synthesised', (_name, change) => {
  const environment = changedEnvironment('example', (document) => {
    change(document);
    if (document['webAcl'] === undefined) delete document['webAcl'];
  });
  const { resource } = synthesiseDelivery(environment).json;
  const made = QUOTAS.map(([id, { resourceType }]) => [
    id,
    Object.keys(resource[resourceType] ?? {}).length,
  ]);
  expect(neededOf(environment)).toEqual(Object.fromEntries(made));
});

test('every type that is replaced before it is deleted needs a spare one', () => {
  const { resource } = synthesiseDelivery(changedEnvironment('example', () => undefined)).json;
  for (const [, { resourceType, spare }] of QUOTAS) {
    const [block] = Object.values(resource[resourceType] ?? {});
    const lifecycle = (block?.['lifecycle'] ?? {}) as { create_before_destroy?: boolean };
    expect([resourceType, spare]).toEqual([resourceType, lifecycle.create_before_destroy ? 1 : 0]);
  }
});
