import { ConfigurationError } from '#configuration/configuration-error';
import {
  explainConfigurationErrors,
  type ProgramEnd,
} from '#configuration/explain-configuration-error';

class RecordedEnd implements ProgramEnd {
  exitCode?: number;
  told = '';
  readonly stderr = {
    write: (text: string): void => {
      this.told += text;
    },
  };
}

const failure = (): never => {
  throw new ConfigurationError('staging', [
    { key: 'region', received: '"moon"', allowed: 'earth' },
  ]);
};

test('a configuration that cannot be used is told in its own words, without a stack', () => {
  const end = new RecordedEnd();
  explainConfigurationErrors(failure, end);
  expect(end).toMatchObject({
    exitCode: 2,
    told: 'edgepass: staging: 1 problem\n  region: got "moon"; allowed: earth\n',
  });
});

test('a program that succeeds says nothing', () => {
  const end = new RecordedEnd();
  explainConfigurationErrors(() => undefined, end);
  expect(end).toMatchObject({ told: '' });
  expect(end.exitCode).toBeUndefined();
});

test('a fault of ours keeps its stack', () => {
  const end = new RecordedEnd();
  const fault = new TypeError('a fault');
  expect(() => {
    explainConfigurationErrors(() => {
      throw fault;
    }, end);
  }).toThrow(fault);
  expect(end.told).toBe('');
});
