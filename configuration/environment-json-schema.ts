import { z } from 'zod';
import { environmentSchema } from './environment-schema';

/** JSON Schema of an environment file, for completion and hints in editors. */
export function buildEnvironmentJsonSchema(): Record<string, unknown> {
  return {
    title: 'Edgepass environment',
    ...z.toJSONSchema(environmentSchema, { io: 'input' }),
  };
}
