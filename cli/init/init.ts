import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ConfigurationError, type ConfigurationProblem } from '#configuration/configuration-error';
import { parseEnvironment } from '#configuration/environment';
import { ENVIRONMENT_NAME, ENVIRONMENT_NAME_TEXT } from '#configuration/environment-name';
import { packageFolder } from '#configuration/package-folder';
import { ENVIRONMENT_VARIABLE } from '#core/contract/process-variables';
import { InputError } from '#core/errors';
import { runConfigCheck } from '../config-check';
import { type CommandContext, writeLine } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { type EnvironmentDocument, type Question, QUESTIONS } from './questions';

const SCHEMA_FILE = path.join('configuration', 'environment-schema.json');

/** Answers by the name of the option in camel case, as commander returns them. */
export type InitOptions = Readonly<Record<string, string | undefined>>;

/** Asks one question and returns the answer. Returns undefined if the input has ended. */
type Ask = (text: string) => Promise<string | undefined>;

function answerOf(options: InitOptions, { option }: Question): string | undefined {
  return options[option.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
}

/**
 * Returns the problems of a document that concern the given keys. Other keys may still have no
 * answer.
 */
function problemsOf(
  document: EnvironmentDocument,
  keys: readonly string[],
): ConfigurationProblem[] {
  try {
    parseEnvironment(document, { name: String(document['name']) });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.filter(({ key }) =>
      keys.some((one) => key === one || key.startsWith(`${one}.`)),
    );
  }
}

function describe({ key, received, allowed }: ConfigurationProblem): string {
  return `${key}: got ${received}; allowed: ${allowed}`;
}

/**
 * Gets the answer to one question from its option, or asks the user, who can correct a wrong
 * answer.
 */
async function answer(
  question: Question,
  document: EnvironmentDocument,
  { given, ask, tell }: { given: string | undefined; ask: Ask; tell: (text: string) => void },
): Promise<EnvironmentDocument> {
  const { text, option, fallback, keys } = question;
  for (;;) {
    const shown = fallback === undefined || fallback === '' ? '' : ` [${fallback}]`;
    const said = given ?? (await ask(`${text}${shown}: `));
    const value = said === undefined || said.trim() === '' ? fallback : said.trim();
    if (value === undefined && (given !== undefined || said === undefined)) {
      throw new InputError({
        code: 'ERR_ANSWER_MISSING',
        field: `--${option}`,
        received: 'nothing',
        allowed: text,
      });
    }
    const next = structuredClone(document);
    if (value !== undefined) question.apply(next, value);
    const [problem] = value === undefined ? [] : problemsOf(next, keys);
    if (value !== undefined && problem === undefined) return next;
    if (given !== undefined && problem !== undefined) {
      const { received, allowed } = problem;
      throw new InputError({ code: 'ERR_ANSWER', field: `--${option}`, received, allowed });
    }
    tell(problem === undefined ? 'an answer is needed' : describe(problem));
  }
}

/** Reads answers from the input line by line. The input can be a terminal or a file. */
function createAsk(context: CommandContext): { readonly ask: Ask; readonly close: () => void } {
  const lines = createInterface({ input: context.input });
  const waiting = lines[Symbol.asyncIterator]();
  return {
    ask: async (text) => {
      context.output.write(text);
      const line = (await waiting.next()) as IteratorResult<string, undefined>;
      return line.value;
    },
    close: () => {
      lines.close();
    },
  };
}

function startDocument(name: string, folder: string): EnvironmentDocument {
  const schema = path.relative(folder, path.join(packageFolder(), SCHEMA_FILE));
  return {
    $schema: schema.split(path.sep).join('/'),
    name,
    target: 'aws',
    signingKeys: { a: { state: 'active', custody: 'kms' } },
  };
}

function newFile(context: CommandContext, name: string): string {
  const refuse = (received: string, allowed: string): never => {
    throw new InputError({ code: 'ERR_ENVIRONMENT_NAME', field: 'name', received, allowed });
  };
  if (!ENVIRONMENT_NAME.test(name)) return refuse(name, ENVIRONMENT_NAME_TEXT);
  const file = path.join(context.root, 'environments', `${name}.json`);
  return existsSync(file) ? refuse(name, `a name without a file: ${file} exists`) : file;
}

/**
 * Asks what an environment needs, writes its file and checks it. The file is written only when
 * every answer is valid.
 *
 * @throws InputError for a name that is already used, and for an option that is not valid
 */
export async function runInit(
  context: CommandContext,
  name: string,
  options: InitOptions,
): Promise<ExitCode> {
  const file = newFile(context, name);
  const { ask, close } = createAsk(context);
  const tell = (text: string): void => {
    writeLine(context.output, `  ${text}`);
  };
  let document = startDocument(name, path.dirname(file));
  try {
    for (const question of QUESTIONS) {
      if (question.isAsked?.(document) === false) continue;
      document = await answer(question, document, {
        given: answerOf(options, question),
        ask,
        tell,
      });
    }
  } finally {
    close();
  }
  parseEnvironment(document, { name });
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`, { flag: 'wx' });
  const code = await runConfigCheck(context, file);
  if (code === EXIT.done) {
    writeLine(context.output, `next: ${ENVIRONMENT_VARIABLE}=${name} npx cdktf deploy '*'`);
  }
  return code;
}
