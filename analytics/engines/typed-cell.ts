import type { Cell } from './engine';

const WHOLE_NUMBER = /^(?:tinyint|smallint|integer|int|bigint)$/;
const FLOATING_NUMBER = /^(?:real|float|double)$/;
const TIME = /^time(?:stamp)?(?:\(\d+\))?(?: with time zone)?$/;

function parseNumber(type: string, text: string): number {
  const number = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(number) && text !== 'NaN')
    throw new TypeError(`a ${type} came as ${JSON.stringify(text.slice(0, 40))}`);
  return number;
}

function parseWholeNumber(type: string, text: string): Cell {
  const number = parseNumber(type, text);
  return Number.isSafeInteger(number) ? number : text;
}

/**
 * Parses a value that Trino or Athena sent as text.
 *
 * @throws {TypeError} when the text is not a value of the type
 */
export function parseTypedCell(type: string, text: string): Cell {
  if (WHOLE_NUMBER.test(type)) return parseWholeNumber(type, text);
  if (FLOATING_NUMBER.test(type)) return parseNumber(type, text);
  if (type === 'boolean') return text === 'true';
  // Trino writes as many fraction digits as the type has. Zeros at the end are removed.
  if (TIME.test(type)) return text.replace(/\.(\d*?)0+(?!\d)/, '.$1').replace(/\.(?!\d)/, '');
  return text;
}
