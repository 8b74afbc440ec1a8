import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../structure/source-files';

/** What a recipe names without making it: a login, and what recipes before it have made. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  identityProvider: '{ getAccessToken(): Promise<string> }',
  session: "import('edgepass/client').Session",
  video: 'HTMLVideoElement',
};

/** The code blocks `ts` and `tsx` of docs/browser-client.md, each as a module of its own. */
export function browserRecipes(): string[] {
  const text = readFileSync(path.join(ROOT, 'docs', 'browser-client.md'), 'utf8');
  return [...text.matchAll(/```tsx?\n([\s\S]*?)```/g)].map(([, code = '']) => {
    const used = Object.entries(NEIGHBOURS).filter(
      ([name]) => code.includes(name) && !code.includes(`const ${name} `),
    );
    const declared = used.map(([name, type]) => `declare const ${name}: ${type};\n`);
    return `${declared.join('')}${code}\nexport {};\n`;
  });
}
