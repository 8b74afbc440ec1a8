import { buildConfigurationReference } from './configuration-reference';
import { buildEnvironmentJsonSchema } from './environment-json-schema';

/** A file that is written from the code, and held against it by a test. */
export interface GeneratedFile {
  /** Relative to the project's folder. */
  readonly path: string;
  /** Before the formatter lays it out. */
  readonly text: string;
}

/** Everything that is generated from the configuration's schema. */
export function generatedConfigurationFiles(): GeneratedFile[] {
  return [
    {
      path: 'configuration/environment-schema.json',
      text: JSON.stringify(buildEnvironmentJsonSchema(), null, 2),
    },
    { path: 'docs/configuration.md', text: buildConfigurationReference() },
  ];
}
