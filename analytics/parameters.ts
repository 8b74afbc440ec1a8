import { InputError } from '#core/errors';

/**
 * Types of query parameters. A list is rendered as a row of literals, for `in (…)`; `yes-no` as a
 * boolean.
 */
export const PARAMETER_TYPES = [
  'timestamp',
  'text',
  'text-list',
  'integer',
  'double',
  'yes-no',
] as const;

/** One type of query parameter. */
export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** A value before it is rendered, as a caller gives it. Timestamps are RFC 3339. */
export type ParameterValue = string | number | readonly string[];

const RFC_3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
// One hour more at both ends must still be in a year of four digits.
const FIRST_MILLISECOND = Date.parse('0001-01-01T00:00:00Z');
const LAST_MILLISECOND = Date.parse('9998-12-31T23:59:59.999Z');
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;
const TEXT_CHARACTERS_MAX = 2_048;
const LIST_LENGTH_MAX = 100;

function refuse(field: string, received: unknown, allowed: string): never {
  throw new InputError({
    code: 'ERR_PARAMETER',
    field,
    allowed,
    received: String(received).slice(0, 100),
  });
}

/** A text of this repository as one SQL literal. Only the quote is special inside quotes. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A text from outside as one SQL literal. Control characters are refused: no value in a log
 * contains them (L-01).
 */
function textLiteral(field: string, value: unknown): string {
  if (
    typeof value !== 'string' ||
    CONTROL_CHARACTER.test(value) ||
    value.length > TEXT_CHARACTERS_MAX
  ) {
    return refuse(
      field,
      value,
      `a text of at most ${TEXT_CHARACTERS_MAX} characters without control characters`,
    );
  }
  return quoteText(value);
}

/** JavaScript reads February 30 as March 2, and 24:00 as the next day. Such times are refused. */
function exists(local: string): boolean {
  const milliseconds = Date.parse(`${local}Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(local);
}

/**
 * Milliseconds since the epoch of an RFC 3339 time.
 *
 * @throws {InputError} `ERR_PARAMETER` for other texts, times that do not exist, and years beyond 1
 * to 9998
 */
export function parseTime(field: string, text: unknown): number {
  const [, local = ''] = typeof text === 'string' ? (RFC_3339.exec(text) ?? []) : [];
  const milliseconds = exists(local) ? Date.parse(String(text)) : Number.NaN;
  if (milliseconds >= FIRST_MILLISECOND && milliseconds <= LAST_MILLISECOND) return milliseconds;
  const allowed = 'an RFC 3339 time that exists, of the years 1 to 9998, e.g. 2026-11-22T08:00:00Z';
  return refuse(field, text, allowed);
}

function timestampLiteral(field: string, value: unknown): string {
  const text = new Date(parseTime(field, value)).toISOString();
  return `timestamp '${text.slice(0, 19).replace('T', ' ')}'`;
}

function numberLiteral(field: string, value: unknown, isInteger: boolean): string {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const isUsable =
    typeof number === 'number' &&
    (isInteger ? Number.isSafeInteger(number) && number >= 0 : Number.isFinite(number));
  // Every whole number in our queries is a count, so it cannot be negative.
  if (!isUsable) return refuse(field, value, isInteger ? 'a whole number from 0' : 'a number');
  if (isInteger) return String(number);
  // With an exponent, every engine reads the number as a double. Without one, 0.5 is a decimal.
  return number.toExponential().replace('e+', 'e');
}

function listLiteral(field: string, value: unknown): string {
  const items: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? value.split(',')
      : [];
  if (items.length === 0 || items.length > LIST_LENGTH_MAX) {
    return refuse(field, value, `1 to ${LIST_LENGTH_MAX} texts, separated by commas`);
  }
  return `(${items.map((item) => textLiteral(field, item)).join(', ')})`;
}

function yesNoLiteral(field: string, value: unknown): string {
  // Other words are refused: they would silently mean "no".
  if (value !== 'yes' && value !== 'no') return refuse(field, value, 'yes or no');
  return String(value === 'yes');
}

/**
 * One value as exactly one SQL literal (or, for a list, a row of literals).
 *
 * @throws {InputError} `ERR_PARAMETER` naming the parameter, what came and what is allowed
 */
export function renderLiteral(field: string, type: ParameterType, value: ParameterValue): string {
  switch (type) {
    case 'timestamp':
      return timestampLiteral(field, value);
    case 'text':
      return textLiteral(field, value);
    case 'text-list':
      return listLiteral(field, value);
    case 'integer':
      return numberLiteral(field, value, true);
    case 'double':
      return numberLiteral(field, value, false);
    case 'yes-no':
      return yesNoLiteral(field, value);
  }
}
