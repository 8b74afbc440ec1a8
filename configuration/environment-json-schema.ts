import { z } from 'zod';
import { environmentSchema } from './environment-schema';

/** JSON Schema of an environment file, which editors use for completion and hints. */
export function buildEnvironmentJsonSchema(): Record<string, unknown> {
  return {
    title: 'Edgepass environment',
    ...z.toJSONSchema(environmentSchema, { io: 'input' }),
  };
}
