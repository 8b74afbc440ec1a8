import { buildConfigurationReference } from './configuration-reference';
import { buildEnvironmentJsonSchema } from './environment-json-schema';

/** A file that is generated from the code. A test checks that it is up to date. */
export interface GeneratedFile {
  /** Path relative to the project folder. */
  readonly path: string;
  /** Content before the formatter is applied. */
  readonly text: string;
}

/** All files that are generated from the schema of the configuration. */
export function generatedConfigurationFiles(): GeneratedFile[] {
  return [
    {
      path: 'configuration/environment-schema.json',
      text: JSON.stringify(buildEnvironmentJsonSchema(), null, 2),
    },
    { path: 'docs/configuration.md', text: buildConfigurationReference() },
  ];
}
