import { metricForStatus, SESSION_METRICS } from '#core/session-metrics';

it.each([
  [400, 'RefusedRequests'],
  [499, 'RefusedRequests'],
  [500, 'FailedRequests'],
  [503, 'FailedRequests'],
])('an answer of %d counts as %s', (status, name) => {
  expect(metricForStatus(status)).toBe(name);
});

it('names what dashboards and alarms of others may rely on', () => {
  expect(SESSION_METRICS).toMatchObject({
    namespace: 'Edgepass',
    service: 'edgepass-session',
    issuedGrants: 'IssuedGrants',
  });
});
