import { inspect } from 'node:util';
import { AssumptionError, InputError } from '#core/errors';

function inputError(received?: unknown): InputError {
  return new InputError({ code: 'ERR_X', field: 'x', allowed: 'a number', received });
}

describe('InputError', () => {
  it('names the field, what is allowed and what came', () => {
    const error = inputError('seven');

    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'InputError', code: 'ERR_X', field: 'x' });
    expect(error.message).toBe('x: expected a number, received "seven"');
  });

  it.each([
    ['a line break', 'a\nb', '"a\\nb"'],
    ['80 characters', 'y'.repeat(80), `"${'y'.repeat(80)}"`],
    ['81 characters', 'y'.repeat(81), `"${'y'.repeat(80)}"…`],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a number', 1.5, '1.5'],
    ['an array', ['secret'], 'an array'],
    ['an object', { secret: 1 }, 'an object'],
  ])('shows %s without breaking the line or opening it up', (_, received, shown) => {
    expect(inputError(received).message).toBe(`x: expected a number, received ${shown}`);
  });

  it('says nothing of a value that is not passed on', () => {
    const error = new InputError({ code: 'ERR_X', field: 'x', allowed: 'a number' });

    expect(error.message).toBe('x: expected a number');
  });

  it('keeps its cause', () => {
    const cause = new Error('inner');

    expect(new InputError({ code: 'C', field: 'x', allowed: 'y', cause }).cause).toBe(cause);
  });

  it('can be told under the name that the outer caller knows, without showing more', () => {
    const error = inputError('seven').withField('line 3, x');

    expect(error).toMatchObject({ code: 'ERR_X', field: 'line 3, x' });
    expect(error.message).toBe('line 3, x: expected a number, received "seven"');
    expect(inspect(inputError({ inner: 'hidden' }), { showHidden: true })).not.toContain('hidden');
  });
});

describe('AssumptionError', () => {
  it('is not an InputError', () => {
    const error = new AssumptionError('bug');

    expect(error).toMatchObject({ name: 'AssumptionError', message: 'bug' });
    expect(error).not.toBeInstanceOf(InputError);
  });
});
