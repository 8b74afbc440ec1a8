import ts from 'typescript';
import { CREDENTIAL_NAMES } from '#core/contract/credential-names';
import { VIEWER_ERROR_BODY_BYTES, VIEWER_ERROR_MESSAGES } from '#core/contract/error-bodies';
import { FINGERPRINT_CHARACTERS } from '#core/contract/fingerprint';
import { GUARD_NOTE_FIELD, GUARD_NOTE_MEMBERS } from '#core/contract/guard-note';
import { LOCAL_REFUSAL_HEADER, ORIGIN_SECRET_HEADER } from '#core/contract/headers';
import { LOOPBACK_ADDRESS } from '#core/contract/loopback';
import { CHECK_TOKEN_VARIABLE, ENVIRONMENT_VARIABLE } from '#core/contract/process-variables';
import { SCOPES_COOKIE_NAME, SESSION_PATH } from '#core/contract/session-api';
import { SESSION_VARIABLES } from '#core/contract/session-variables';
import { SIGNING_ALGORITHMS } from '#core/contract/signing-slots';
import { EPOCH_SECONDS_MAX } from '#core/contract/time';
import { parseSource } from './source-files';

/** Folders that must import the facts of `core/contract` and must not repeat their values. */
export const SOURCE_FOLDERS =
  /^(?:main\.ts$|(?:core|custody|registry|access-token|configuration|lambdas|modules|aws|analytics|local|cli)\/(?!contract\/))/;

const SPELLED: readonly string[] = [
  ...Object.values(CREDENTIAL_NAMES).map(({ cookie }) => cookie),
  ...Object.values(VIEWER_ERROR_MESSAGES),
  ...Object.values(SESSION_VARIABLES),
  ...Object.values(SIGNING_ALGORITHMS),
  GUARD_NOTE_FIELD,
  ORIGIN_SECRET_HEADER,
  LOCAL_REFUSAL_HEADER,
  LOOPBACK_ADDRESS,
  ENVIRONMENT_VARIABLE,
  CHECK_TOKEN_VARIABLE,
  SCOPES_COOKIE_NAME,
  SESSION_PATH,
  'SameSite=',
  'CloudFront-$',
];

/**
 * Values that are too short to be searched for inside a text. They count only if they are the whole
 * literal.
 */
const WHOLE: readonly string[] = [
  ...Object.values(CREDENTIAL_NAMES).map(({ parameter }) => parameter),
];

const NUMBERS: readonly number[] = [EPOCH_SECONDS_MAX, ...Object.values(VIEWER_ERROR_BODY_BYTES)];

/**
 * Matches a separate pattern for loopback hosts, or for ids that have a pattern in `core/contract`.
 */
const PATTERNS = /127|localhost|\[AQgw\]|\{0,62\}|A-Za-z0-9_-\]\{1,64\}/;

const GUARD_MEMBER = new RegExp(`(?:^|[;&])(?:${Object.values(GUARD_NOTE_MEMBERS).join('|')})=$`);

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) return node.text;
  if (ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) return node.text;
  return undefined;
}

/** Matches `signature.slice(0, 24)`. */
function isCut(node: ts.NumericLiteral): boolean {
  const call = node.parent;
  return (
    Number(node.text) === FINGERPRINT_CHARACTERS &&
    ts.isCallExpression(call) &&
    /(?:slice|substring|substr)$/.test(call.expression.getText())
  );
}

function isAgain(node: ts.Node): boolean {
  if (ts.isNumericLiteral(node)) return NUMBERS.includes(Number(node.text)) || isCut(node);
  if (ts.isRegularExpressionLiteral(node)) return PATTERNS.test(node.text);
  const text = textOf(node);
  if (text === undefined || ts.isImportDeclaration(node.parent)) return false;
  const isBeforeValue = ts.isTemplateHead(node) || ts.isTemplateMiddle(node);
  return (
    SPELLED.some((fact) => text.includes(fact)) ||
    WHOLE.includes(text) ||
    NUMBERS.includes(Number(text.trim() === '' ? Number.NaN : text)) ||
    (isBeforeValue && (GUARD_MEMBER.test(text) || text.endsWith('CloudFront-')))
  );
}

/** Returns all literals of a file that repeat a fact of `core/contract`, each with its line. */
export function secondLiterals(file: string, text?: string): readonly string[] {
  const source = parseSource(file, text);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isAgain(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push(`${file}:${line + 1} ${node.getText(source)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
