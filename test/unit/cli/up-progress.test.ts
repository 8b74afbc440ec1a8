import { progressWriter } from '#cli/up';
import { makeContext } from './command-fixture';

it('a step that counts is told about once a second, and the next step at once', () => {
  const { context, complaints } = makeContext();
  let now = 0;
  const tell = progressWriter({ ...context, nowMilliseconds: () => now });
  for (let done = 1; done <= 25; done += 1) {
    tell(`applying: ${done} of 48 resources`);
    now += 100;
  }
  tell('seeding pictures');

  expect(complaints()).toBe(
    [
      '   0.0 s  applying: 1 of 48 resources\n',
      '   1.0 s  applying: 11 of 48 resources\n',
      '   2.0 s  applying: 21 of 48 resources\n',
      '   2.5 s  seeding pictures\n',
    ].join(''),
  );
});
