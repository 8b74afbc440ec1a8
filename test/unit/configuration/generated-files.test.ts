import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { buildEnvironmentJsonSchema } from '#configuration/environment-json-schema';
import { generatedConfigurationFiles } from '#configuration/generated-files';

const PROJECT_FOLDER = path.resolve(__dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(PROJECT_FOLDER, file), 'utf8');

const isJson = (file: string): boolean => file.endsWith('.json');

test.each(generatedConfigurationFiles())('$path is current (npm run generate)', (file) => {
  // What the formatter does to JSON does not count here; `npm run generate -- --check` compares
  // every byte.
  const comparable = (text: string): unknown => (isJson(file.path) ? JSON.parse(text) : text);
  expect(comparable(read(file.path))).toEqual(comparable(file.text));
});

describe('JSON Schema', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    buildEnvironmentJsonSchema(),
  );

  test.each(['local', 'example'])('accepts environments/%s.json', (name) => {
    expect(validate(JSON.parse(read(`environments/${name}.json`)))).toBe(true);
  });

  test('refuses an unknown key and a bad value, so that editors mark them', () => {
    const document = JSON.parse(read('environments/local.json')) as object;
    expect(validate({ ...document, regoin: 'x' })).toBe(false);
    expect(validate({ ...document, retention: 'never' })).toBe(false);
    expect(validate({})).toBe(false);
  });

  test('every key has a description', () => {
    const { properties } = buildEnvironmentJsonSchema() as {
      properties: Record<string, { description?: string }>;
    };
    for (const [key, { description }] of Object.entries(properties)) {
      expect({ key, described: description !== undefined }).toEqual({ key, described: true });
    }
  });
});

test('every key of the configuration is in the reference', () => {
  const reference = read('docs/configuration.md');
  const { properties } = buildEnvironmentJsonSchema() as { properties: object };
  for (const key of Object.keys(properties)) expect(reference).toContain(`## ${key}\n`);
  for (const key of ['issuers[].tenants.from', 'signingKeys.<name>.state', 'state.bucket']) {
    expect(reference).toContain(`- \`${key}\` (`);
  }
});
