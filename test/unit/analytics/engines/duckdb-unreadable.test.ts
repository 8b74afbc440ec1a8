import { explainUnreadableLog, isUnreadableLog } from '#analytics/engines/duckdb-unreadable';
import { LogFileError } from '#analytics/records/log-file';

const FILES = ['/logs/a', '/logs/a.1', '/logs/b'].map(
  (file) => ({ path: file, format: 'parquet', isGzip: false }) as const,
);

it('names the longest path that is meant, by the name that the user knows', () => {
  const error = new Error('Invalid Input Error: No magic bytes found at end of file /logs/a.1');
  const [, second] = FILES;
  const named = FILES.map((file) => (file === second ? { ...file, name: 's3://b/k' } : file));

  expect(isUnreadableLog(error, FILES)).toBe(true);
  expect(explainUnreadableLog(error, FILES)).toEqual(
    new LogFileError('a log that cannot be read: "/logs/a.1"'),
  );
  expect(explainUnreadableLog(error, named).message).toMatch(/"s3:\/\/b\/k"$/);
});

it('says so where DuckDB does not say which file', () => {
  const error = new Error('INTERNAL Error: Attempted to access index 4 within vector of size 4');

  expect(isUnreadableLog(error, FILES)).toBe(true);
  expect(explainUnreadableLog(error, FILES).message).toBe(
    'a log that cannot be read: one of 3 files',
  );
});

it.each(['Binder Error: no such column', 'Out of Memory Error: 600 MB', 'INTERNAL Error: other'])(
  'stays a fault of ours: %s',
  (message) => {
    expect(isUnreadableLog(new Error(message), FILES)).toBe(false);
  },
);

it('an engine without files has no bad file', () => {
  expect(isUnreadableLog(new Error('Invalid Input Error: no number'), [])).toBe(false);
});
