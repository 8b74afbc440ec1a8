import { failed, notRun, type Outcome, passed } from './outcome';

interface Vulnerability {
  readonly severity: string;
  /** Folders of the affected packages, e.g. `node_modules/zod`. */
  readonly nodes: readonly string[];
  readonly via: readonly (string | { readonly title?: string; readonly url?: string })[];
}

interface AuditAnswer {
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
}

function describe(name: string, { severity, via }: Vulnerability): string {
  const causes = via.map((one) =>
    typeof one === 'string' ? one : `${one.title ?? ''} ${one.url ?? ''}`.trim(),
  );
  return `${name} (${severity}): ${causes.join('; ')}`;
}

/**
 * Reads the output of `npm audit --json`. A vulnerability of a package that runs at users fails;
 * one of a tool of the development is named.
 *
 * @param isRuntime whether the package in a folder runs at users
 */
export function readAudit(text: string, isRuntime: (folder: string) => boolean): Outcome {
  const { message, vulnerabilities } = JSON.parse(text) as AuditAnswer;
  if (vulnerabilities === undefined) {
    return notRun(
      `the registry does not answer npm audit (${message ?? text.slice(0, 200)}): run it where the public npm registry can be reached`,
    );
  }
  const all = Object.entries(vulnerabilities);
  const here = all.filter(([, { nodes }]) => nodes.some(isRuntime));
  if (here.length > 0) return failed(here.map(([name, one]) => describe(name, one)));
  const tools = all.map(([name]) => name).sort();
  return passed(
    `no known vulnerability in what runs at users; ${tools.length} in tools${tools.length > 0 ? `: ${tools.join(', ')}` : ''}`,
  );
}
