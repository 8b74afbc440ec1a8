import { type KeyChange, tryKeyChanges, untriedKeys } from './key-changes';

const changes = tryKeyChanges();
const describeLoss = ({ base, key, lost }: KeyChange): string =>
  `${key} (${base}): ${lost.join(', ')}`;

test('every key of environment files is changed, or there is a reason why not', () => {
  expect(untriedKeys()).toEqual([]);
});

test('no change of one key plans the loss of content, a key or logs, unless the file says so', () => {
  const losses = changes.filter(
    // With `retention: "delete"` the file itself says that data is deleted.
    ({ lost, refusedBy, key }) => lost.length > 0 && refusedBy === undefined && key !== 'retention',
  );
  expect(losses.map(describeLoss)).toEqual([]);
  expect(changes.length).toBeGreaterThan(150);
});

test('what would lose something is refused with a reason', () => {
  const refused = new Set(
    changes
      .filter(({ lost, refusedBy }) => lost.length > 0 && refusedBy !== undefined)
      .map(({ key }) => key),
  );
  expect([...refused]).toEqual(expect.arrayContaining(['region', 'signingKeys.<name>.keySpec']));
});

test('the comparison sees a loss: a bucket that gets another name', () => {
  const region = changes.find(({ key }) => key === 'region');
  expect(region?.lost.some((address) => address.startsWith('aws_s3_bucket.'))).toBe(true);
});
