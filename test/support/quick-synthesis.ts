import { ValidateBinaryVersion } from 'cdktf/lib/validations/validate-binary-version';

/**
 * Runs before each file of tests that synthesise many stacks. CDKTF starts `terraform version` for
 * every resource that needs a certain version; one answer is enough for one file. It also keeps the
 * place in the code where each reference was made, which no test reads: under Jest that place is
 * looked up in source maps, which costs more than the synthesis itself.
 */
jest.mock('cdktf/lib/tokens/private/stack-trace', () => ({ captureStackTrace: () => [] }));

const answers = new Map<string, readonly string[]>();
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its `this` below
const ask = ValidateBinaryVersion.prototype.validate;

ValidateBinaryVersion.prototype.validate = function (this: ValidateBinaryVersion): string[] {
  // The fields say which program is asked for which version, and with what hint.
  const question = JSON.stringify(this);
  const answer = answers.get(question) ?? ask.call(this);
  answers.set(question, answer);
  return [...answer];
};
