import {
  applyDespiteLostAnswers,
  hasLostAnswers,
  unansweredStatements,
} from '../../../../local/cloud/lost-answers';

const BROKEN =
  'Error: creating Athena Named Query (x): https response error StatusCode: 200, decomposing response: read tcp 127.0.0.1:1->127.0.0.1:2: use of closed network connection';
const REFUSED = 'Error: creating: Prepared statement top_files already\n  exists in local-analysts';
const OTHER = 'Error: creating Athena Named Query (x): InvalidRequestException: no such workgroup';

it('names the statements that were made unheard, however Terraform breaks its lines', () => {
  expect(unansweredStatements(REFUSED)).toEqual([
    { name: 'top_files', workgroup: 'local-analysts' },
  ]);
  expect(unansweredStatements(BROKEN)).toEqual([]);
});

it.each([
  [BROKEN, true],
  [BROKEN.replace(' network ', '\n  network '), true],
  [REFUSED, true],
  [OTHER, false],
  ['', false],
])('tells a lost answer from a refusal: %#', (output, isLost) => {
  expect(hasLostAnswers(output)).toBe(isLost);
});

describe('an apply', () => {
  const failing = (times: number, message: string): jest.Mock<Promise<void>> => {
    const apply = jest.fn<Promise<void>, []>();
    for (let at = 0; at < times; at += 1) apply.mockRejectedValueOnce(new Error(message));
    return apply.mockResolvedValue(undefined);
  };

  it('is made again after a broken connection', async () => {
    const apply = failing(2, BROKEN);
    await applyDespiteLostAnswers(apply, {});
    expect(apply).toHaveBeenCalledTimes(3);
  });

  it('is not made again after anything else', async () => {
    const apply = failing(1, OTHER);
    await expect(applyDespiteLostAnswers(apply, {})).rejects.toThrow('no such workgroup');
    expect(apply).toHaveBeenCalledTimes(1);
  });

  it('is given up when answers are lost again and again', async () => {
    const apply = failing(99, BROKEN);
    await expect(applyDespiteLostAnswers(apply, {})).rejects.toThrow('closed network connection');
    expect(apply).toHaveBeenCalledTimes(6);
  });
});
