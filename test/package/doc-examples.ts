import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { listFiles, ROOT } from '../structure/source-files';

/** The text of one `@example` of a documentation comment. */
export interface DocExample {
  /** File and name of what is documented, for messages. */
  readonly of: string;
  readonly text: string;
}

function textOf(comment: ts.JSDocTag['comment']): string {
  const text = ts.getTextOfJSDocComment(comment) ?? '';
  return text.replace(/^\s*```(?:ts|typescript)?\n|```\s*$/g, '');
}

/** Every `@example` of an exported declaration in one source text. */
export function examplesIn(file: string, text: string): DocExample[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  return source.statements.flatMap((statement) =>
    ts
      .getJSDocTags(statement)
      .filter(({ tagName }) => tagName.text === 'example')
      .map(({ comment }) => {
        const name = ts.getNameOfDeclaration(statement as unknown as ts.Declaration);
        return { of: `${file} ${name?.getText(source) ?? ''}`.trim(), text: textOf(comment) };
      }),
  );
}

/** Every `@example` in what the package exports: its entries and the files that they are made of. */
export function packageExamples(): DocExample[] {
  return listFiles()
    .filter((file) => /^(?:core|custody|modules)\/.*\.ts$/.test(file))
    .flatMap((file) => examplesIn(file, readFileSync(path.join(ROOT, file), 'utf8')));
}
