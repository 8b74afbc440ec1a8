import { writeGuardNote } from '#core/policy/guard-note';

it('writes every member in order, empty ones too', () => {
  const note = {
    fingerprint: 'abc',
    expiresAt: '20',
    startsAt: '',
    scope: '/t/acme/*',
    keyPairId: 'K1',
  };

  expect(writeGuardNote(note)).toBe('k=K1;s=/t/acme/*;n=;e=20;f=abc');
});
