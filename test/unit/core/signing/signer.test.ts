import { isKeyPairId, parseKeyPairId } from '#core/signing/signer';
import { thrownBy } from '../thrown-by';

describe('parseKeyPairId', () => {
  it.each(['K', 'K2JCJMDEHXQW5F', 'APKA_x-9', 'k'.repeat(64)])('accepts %s', (text) => {
    expect(isKeyPairId(text)).toBe(true);
    expect(parseKeyPairId(text)).toBe(text);
  });

  it.each([
    '',
    ' K',
    'K ',
    'K;',
    'K;Path=/',
    'K=',
    'K,',
    'K\r\n',
    'K%20',
    'K.',
    'é',
    'k'.repeat(65),
  ])('C-34: refuses %j', (text) => {
    expect(thrownBy(() => parseKeyPairId(text))).toMatchObject({
      code: 'ERR_KEY_PAIR_ID',
      field: 'keyPairId',
      message: `keyPairId: expected 1 to 64 characters of A-Z a-z 0-9 _ -, received ${JSON.stringify(text)}`,
    });
  });
});
