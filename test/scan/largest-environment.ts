import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { App, type TerraformStack } from 'cdktf';
import { listQueries } from '#analytics/catalog';
import { type Environment, parseEnvironment } from '#configuration/environment';
import { loadEnvironment } from '#configuration/load-environment';
import { builtFunctionsFolder, providerLockFile } from '#configuration/package-folder';
import { buildSessionSettings } from '#configuration/session-settings';
import { AnalyticsStack } from '#modules/stacks/analytics-stack';
import { DeliveryStack } from '#modules/stacks/delivery-stack';
import { copyProviderLock } from '#modules/synthesis/provider-lock';

const CONFIRMED = { confirmNoParentDomainCookies: true };
const READERS = { principals: ['arn:aws:iam::000000000000:role/reader'] };

/** Keys with which the `example` environment has everything that an environment can have. */
const EVERYTHING = {
  webAcl: { requestsPerFiveMinutes: 300, logs: { requests: 'all', retentionDays: 30 } },
  logs: {
    evidence: { ...CONFIRMED, retentionDays: 14 },
    v1: { ...CONFIRMED, includeCookies: true, retentionDays: 14 },
    objectLock: true,
    refusalMetric: true,
    analysts: READERS,
    evidenceReaders: READERS,
  },
};

/** The stacks of an environment, synthesised into a folder. */
export interface SynthesisedEnvironment {
  readonly environment: Environment;
  /** In the order in which they are applied. */
  readonly stacks: readonly TerraformStack[];
  /** The folder that holds a folder for each stack, named as the stack. */
  readonly stacksFolder: string;
}

/**
 * Parses the `example` environment with everything switched on, and changes of it.
 *
 * @param changes top-level keys of the environment file, which replace those of the largest
 */
export function largestEnvironment(
  root: string,
  changes: Readonly<Record<string, unknown>> = {},
): Environment {
  const example = loadEnvironment({ selection: 'example', projectFolder: root }).environment;
  return parseEnvironment({ ...example, ...EVERYTHING, ...changes }, { name: example.name });
}

/**
 * Synthesises both stacks of an environment as for AWS. The constructs stay available, because
 * explanations of findings stand in them.
 */
export function synthesiseForAws(
  environment: Environment,
  place: {
    readonly root: string;
    readonly outFolder: string;
    /** @default - what `npm run build:functions` wrote */
    readonly functionsFolder?: string;
  },
): SynthesisedEnvironment {
  const { root, outFolder, functionsFolder = builtFunctionsFolder() } = place;
  const stateFolder = path.join(outFolder, '..', 'state');
  mkdirSync(outFolder, { recursive: true });
  const app = new App({ outdir: outFolder });
  const delivery = new DeliveryStack(app, `${environment.name}-delivery`, {
    environment,
    sessionSettings: buildSessionSettings({ environment, file: root }),
    functionsFolder,
    stateFolder,
  });
  const analytics = new AnalyticsStack(app, `${environment.name}-analytics`, {
    environment,
    stateFolder,
    queries: listQueries(),
  });
  analytics.addDependency(delivery);
  app.synth();
  copyProviderLock(app, providerLockFile());
  return {
    environment,
    stacks: [delivery, analytics],
    stacksFolder: path.join(outFolder, 'stacks'),
  };
}
