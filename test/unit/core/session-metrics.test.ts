import { metricForStatus } from '../../../core/session-metrics';

it.each([
  [400, 'RefusedRequests'],
  [499, 'RefusedRequests'],
  [500, 'FailedRequests'],
  [503, 'FailedRequests'],
])('an answer of %d counts as %s', (status, name) => {
  expect(metricForStatus(status)).toBe(name);
});
