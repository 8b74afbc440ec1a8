import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack, Testing } from 'cdktf';
import type { QueryDescription } from '#analytics/catalog';
import { type Environment, parseEnvironment } from '#configuration/environment';
import { loadEnvironment } from '#configuration/load-environment';
import { buildSessionSettings } from '#configuration/session-settings';
import { AnalyticsStack } from '#modules/stacks/analytics-stack';
import { DeliveryStack } from '#modules/stacks/delivery-stack';
import type { PolicyStatement } from '#modules/synthesis/policy-document';

export const PROJECT_FOLDER = path.resolve(__dirname, '../..');

export type Block = Readonly<Record<string, unknown>>;

/** Terraform JSON of a stack, and the questions that tests ask it. */
export class Synthesised {
  readonly json: {
    readonly resource: Readonly<Record<string, Readonly<Record<string, Block>>>>;
    readonly data?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
    readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
    readonly provider: { readonly aws: readonly Block[] };
    readonly terraform: Block;
  };
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.json = JSON.parse(text) as Synthesised['json'];
  }

  all(type: string): Block[] {
    return Object.values(this.json.resource[type] ?? {});
  }

  one(type: string): Block {
    const [block, ...others] = this.all(type);
    if (block === undefined || others.length > 0) {
      throw new Error(`expected one ${type}, got ${this.all(type).length}`);
    }
    return block;
  }

  /** Returns the only resource of a type whose JSON contains a text. */
  holding(type: string, text: string): Block {
    const found = this.all(type).filter((block) => JSON.stringify(block).includes(text));
    const [block, ...others] = found;
    if (block === undefined || others.length > 0) {
      throw new Error(`expected one ${type} with ${text}, got ${found.length}`);
    }
    return block;
  }

  types(): string[] {
    return Object.keys(this.json.resource).sort();
  }
}

/** Returns the statements of a policy in Terraform JSON. References stay as `${…}`. */
export function statementsOf(policy: unknown): PolicyStatement[] {
  return (JSON.parse(String(policy)) as { Statement: PolicyStatement[] }).Statement;
}

/** Synthesises one construct in a stack with both AWS providers. */
export function synthesise(
  build: (stack: TerraformStack, edgeProvider: AwsProvider) => unknown,
): Synthesised {
  const app = new App({ outdir: mkdtempSync(path.join(os.tmpdir(), 'edgepass-synth-')) });
  const stack = new TerraformStack(app, 'test');
  new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
  const edge = new AwsProvider(stack, 'aws-edge', { region: 'us-east-1', alias: 'edge' });
  build(stack, edge);
  return new Synthesised(Testing.synth(stack, true));
}

/**
 * Makes placeholder bundles, so that tests of the infrastructure do not depend on the real bundles.
 */
export function fixtureFunctions(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-functions-'));
  mkdirSync(path.join(folder, 'session'));
  mkdirSync(path.join(folder, 'files'));
  mkdirSync(path.join(folder, 'viewer-guard'));
  for (const name of ['session', 'files']) {
    writeFileSync(path.join(folder, name, 'index.js'), 'exports.handler = async () => ({});\n');
  }
  writeFileSync(
    path.join(folder, 'viewer-guard', 'viewer-guard.js'),
    'function handler(event) { return event.request; }\n',
  );
  return folder;
}

export function environmentOf(name: string): Environment {
  return loadEnvironment({ selection: name, projectFolder: PROJECT_FOLDER }).environment;
}

/** Returns the environment file as a document that a test can change and parse again. */
export function changedEnvironment(
  name: string,
  change: (document: Record<string, unknown>) => void,
): Environment {
  const document = structuredClone(environmentOf(name)) as Record<string, unknown>;
  change(document);
  return parseEnvironment(document, { name: String(document['name']) });
}

/** Synthesises the delivery stack of an environment. */
export function synthesiseDelivery(
  environment: Environment,
  endpointVariables: Readonly<Record<string, string>> = {},
): Synthesised {
  const outdir = mkdtempSync(path.join(os.tmpdir(), 'edgepass-synth-'));
  const stack = new DeliveryStack(new App({ outdir }), `${environment.name}-delivery`, {
    environment,
    sessionSettings: buildSessionSettings({ environment, file: PROJECT_FOLDER }),
    functionsFolder: fixtureFunctions(),
    stateFolder: path.join(outdir, '..', '.edgepass', 'state'),
    endpointVariables,
  });
  return new Synthesised(Testing.synth(stack, true));
}

/** Synthesises the analytics stack of an environment. */
export function synthesiseAnalytics(
  environment: Environment,
  queries: readonly QueryDescription[],
): Synthesised {
  const outdir = mkdtempSync(path.join(os.tmpdir(), 'edgepass-synth-'));
  const stack = new AnalyticsStack(new App({ outdir }), `${environment.name}-analytics`, {
    environment,
    queries,
    stateFolder: path.join(outdir, '..', '.edgepass', 'state'),
  });
  return new Synthesised(Testing.synth(stack, true));
}

export const OWNER = {
  environmentName: 'test',
  accountId: '123456789012',
  region: 'eu-central-1',
} as const;
