import { windowOf } from '#cli/logs/query-window';
import { makeContext } from '../command-fixture';

const { context } = makeContext();

it('the window is the two days before its end, and the end is now', () => {
  expect(windowOf(context, {})).toEqual({
    from: '2025-12-30T17:53:21Z',
    to: '2026-01-01T17:53:21Z',
  });
});

it('an end of long ago moves the beginning with it', () => {
  expect(windowOf(context, { to: '2025-03-01T02:00:00.5+02:00' })).toEqual({
    from: '2025-02-27T00:00:00Z',
    to: '2025-03-01T02:00:00.5+02:00',
  });
});

it('a beginning alone ends now', () => {
  const from = '2025-06-01T00:00:00Z';

  expect(windowOf(context, { from })).toEqual({ from, to: '2026-01-01T17:53:21Z' });
});
