import { z } from 'zod';
import { environmentSchema } from './environment-schema';

const LINE_CHARACTERS_MAX = 100;

/** JSON Schema of an environment file, for completion and hints in editors. */
export function buildEnvironmentJsonSchema(): Record<string, unknown> {
  return {
    title: 'Edgepass environment',
    ...z.toJSONSchema(environmentSchema, { io: 'input' }),
  };
}

/** JSON text in the layout that the repository's formatter gives it: short lists in one line, numbers filled. */
export function formatJson(document: unknown): string {
  return `${layOut(document, '', 0)}\n`;
}

/** @param used characters already on the line, before the value and after it */
function layOut(value: unknown, indent: string, used: number): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    if (value.every(isPlain) && used + line.length <= LINE_CHARACTERS_MAX) return line;
    if (value.every((item) => typeof item === 'number')) {
      return `[\n${fill(value, inner)}\n${indent}]`;
    }
    const items = value.map((item) => `${inner}${layOut(item, inner, inner.length + 1)}`);
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => {
    const start = `${inner}${JSON.stringify(name)}: `;
    return `${start}${layOut(member, inner, start.length + 1)}`;
  });
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function fill(numbers: readonly number[], indent: string): string {
  const lines = [indent];
  for (const [index, number] of numbers.entries()) {
    const item = `${number}${index === numbers.length - 1 ? '' : ','}`;
    const last = lines.at(-1) ?? indent;
    const next = last === indent ? `${last}${item}` : `${last} ${item}`;
    if (next.length <= LINE_CHARACTERS_MAX) lines[lines.length - 1] = next;
    else lines.push(`${indent}${item}`);
  }
  return lines.join('\n');
}
