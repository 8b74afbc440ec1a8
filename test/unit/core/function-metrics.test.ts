import { FUNCTION_METRICS, metricForStatus } from '#core/function-metrics';

it.each([
  [400, 'RefusedRequests'],
  [499, 'RefusedRequests'],
  [500, 'FailedRequests'],
  [503, 'FailedRequests'],
])('an answer of %d counts as %s', (status, name) => {
  expect(metricForStatus(status)).toBe(name);
});

it('names what dashboards and alarms of others may rely on', () => {
  expect(FUNCTION_METRICS).toMatchObject({
    namespace: 'Edgepass',
    services: { session: 'edgepass-session', files: 'edgepass-files' },
    issuedGrants: 'IssuedGrants',
  });
});
