import { z } from 'zod';

/** Removes the wrappers of a schema: default, optional and nullable. */
export function unwrapSchema(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodNullable
  ) {
    return unwrapSchema(schema.unwrap() as z.ZodType);
  }
  return schema;
}

function childrenOf(schema: z.ZodType, key: PropertyKey): z.ZodType[] {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodObject) {
    const child = (inner.shape as Record<PropertyKey, z.ZodType | undefined>)[key];
    return child === undefined ? [] : [child];
  }
  if (inner instanceof z.ZodArray) return [inner.element as z.ZodType];
  if (inner instanceof z.ZodRecord) return [inner.valueType as z.ZodType];
  if (inner instanceof z.ZodUnion) {
    return (inner.options as z.ZodType[]).flatMap((option) => childrenOf(option, key));
  }
  return [];
}

function keysOf(schema: z.ZodType): string[] {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodObject) return Object.keys(inner.shape);
  if (inner instanceof z.ZodUnion) {
    return [...new Set((inner.options as z.ZodType[]).flatMap(keysOf))];
  }
  return [];
}

/**
 * Returns the member names that a schema allows at a path. An error about an unknown key lists
 * them.
 */
export function knownKeysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const schemas = path.reduce<z.ZodType[]>(
    (found, key) => found.flatMap((one) => childrenOf(one, key)),
    [schema],
  );
  return [...new Set(schemas.flatMap(keysOf))];
}
