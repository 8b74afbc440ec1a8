import { Command } from 'commander';
import { choiceOption, wholeOption } from '#cli/options';

const LIMITS = { standard: 7, from: 1, to: 900 };

/** Returns the value of `--some` for a command line. */
function parse(...arguments_: readonly string[]): unknown {
  const command = new Command()
    .addOption(wholeOption('--some <number>', 'some', LIMITS))
    .addOption(choiceOption('--kind <kind>', 'a kind', ['a', 'b']).default('a'));
  return command.parse(arguments_, { from: 'user' }).opts();
}

it.each([
  [[], { some: 7, kind: 'a' }],
  [['--some', '1'], { some: 1, kind: 'a' }],
  [['--some', '900', '--kind', 'b'], { some: 900, kind: 'b' }],
])('%j is %j', (arguments_, options) => {
  expect(parse(...arguments_)).toEqual(options);
});

it.each(['', ' ', '0', '901', '-1', '1.5', '1e2', '0x10', ' 5', 'ten', '9'.repeat(400)])(
  '%j is no number of the range: refused, with the option and what is allowed',
  (text) => {
    expect(() => parse(`--some=${text}`)).toThrow(
      expect.objectContaining({
        code: 'ERR_OPTION',
        field: '--some',
        message: expect.stringContaining('a whole number from 1 to 900') as string,
      }) as Error,
    );
  },
);

it.each(['', 'A', 'c', 'a '])('%j is no choice: refused, with the option and the words', (text) => {
  expect(() => parse(`--kind=${text}`)).toThrow(`--kind: expected a, b, received "${text}"`);
});

it('help names limits, words and defaults', () => {
  const command = new Command()
    .addOption(wholeOption('--some <number>', 'some', LIMITS))
    .addOption(choiceOption('--kind <kind>', 'a kind', ['a', 'b']).default('a'));

  expect(command.helpInformation()).toMatch(/a whole number from 1 to 900 \(default:\s+7\)/);
  expect(command.helpInformation()).toMatch(/\(choices: "a", "b",\s+default: "a"\)/);
});
