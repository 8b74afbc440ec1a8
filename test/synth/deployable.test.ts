import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { App, Testing } from 'cdktf';
import fc from 'fast-check';
import { listQueries } from '#analytics/catalog';
import { ConfigurationError } from '#configuration/configuration-error';
import { findProviderVersion, requireDeployable } from '#configuration/deployable-environment';
import type { FunctionSettings } from '#configuration/function-settings';
import { type LoadedEnvironment, loadEnvironment } from '#configuration/load-environment';
import { SESSION_VARIABLES } from '#core/contract/session-variables';
import { SIGNING_ALGORITHMS } from '#core/contract/signing-slots';
import { AnalyticsStack } from '#modules/stacks/analytics-stack';
import { DeliveryStack } from '#modules/stacks/delivery-stack';
import {
  type Document,
  documentsWithOneChange,
  environmentDocument,
  writeKeySets,
} from '#test/property/configuration/environment-documents';
import { propertyRuns } from '#test/property/core/property-runs';
import { fixtureFunctions, PROJECT_FOLDER, Synthesised } from '#test/synth/synthesised';
import { ORIGIN_SECRETS, SessionBench } from '#test/unit/lambdas/session/session-bench';

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-documents-'));
const functionsFolder = fixtureFunctions();
const providerVersion = findProviderVersion(PROJECT_FOLDER);
const queries = listQueries();

writeKeySets(folder);

interface Accepted extends LoadedEnvironment {
  readonly settings: FunctionSettings;
}

/**
 * What `config check` does with a document; `undefined` when it refuses. Any other error is a
 * failure.
 */
function check(document: Document): Accepted | undefined {
  const name = typeof document['name'] === 'string' ? document['name'] : 'nameless';
  const file = path.join(folder, `${name.replaceAll(/[^\w-]/g, '_').slice(0, 40)}.json`);
  writeFileSync(file, JSON.stringify(document));
  try {
    const loaded = loadEnvironment({ selection: file, projectFolder: folder });
    const settings = requireDeployable(loaded, { functionsFolder, providerVersion });
    return { ...loaded, settings };
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

/** Both stacks as Terraform JSON; the first is delivery. */
function synthesiseBoth({ environment, settings: sessionSettings }: Accepted): Synthesised {
  const outdir = mkdtempSync(path.join(os.tmpdir(), 'edgepass-synth-'));
  const app = new App({ outdir });
  const stateFolder = path.join(outdir, 'state');
  const shared = { environment, stateFolder };
  const delivery = new DeliveryStack(app, `${environment.name}-delivery`, {
    ...shared,
    sessionSettings,
    functionsFolder,
  });
  Testing.synth(
    new AnalyticsStack(app, `${environment.name}-analytics`, { ...shared, queries }),
    true,
  );
  return new Synthesised(Testing.synth(delivery, true));
}

function contentBaseUrlIn(delivery: Synthesised): string {
  const { environment } = delivery.holding('aws_lambda_function', '-session"') as {
    readonly environment?: { readonly variables: Readonly<Record<string, string>> };
  };
  const url = environment?.variables[SESSION_VARIABLES.contentBaseUrl] ?? '';
  return url.replace(/\$\{[^}]*\}/, 'd111111abcdef8.cloudfront.net');
}

/**
 * Starts the function with what synthesis gave it, and with values for what only Terraform knows.
 */
async function start({ environment, settings }: Accepted, delivery: Synthesised) {
  const slots = Object.entries(environment.signingKeys).map(([slot, key], index) => ({
    slot,
    state: key.state,
    custody: key.custody,
    keyPairId: `K2JCJMDEHXQW${index}F`,
    kmsKeyId: `00000000-0000-4000-8000-00000000000${index}`,
    algorithm: SIGNING_ALGORITHMS[key.keySpec],
  }));
  const written = JSON.stringify(settings);
  return await new SessionBench({
    settings: () => JSON.parse(written) as unknown,
    variables: {
      [SESSION_VARIABLES.contentBaseUrl]: contentBaseUrlIn(delivery),
      [SESSION_VARIABLES.signingSlots]: JSON.stringify(slots),
      [SESSION_VARIABLES.originSecrets]: JSON.stringify(ORIGIN_SECRETS),
    },
  }).call({ method: 'GET', claims: null, headers: { origin: settings.appOrigins[0] } });
}

test('what config check accepts synthesises, and the function starts with it', async () => {
  let accepted = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(environmentDocument, async (document) => {
      const found = check(document);
      if (found === undefined) {
        refused += 1;
        return;
      }
      accepted += 1;
      const answer = await start(found, synthesiseBoth(found));
      expect(answer.status).toBe(200);
    }),
    propertyRuns(0.06),
  );
  // A check that refuses or takes everything proves nothing.
  const fewest = (accepted + refused) / 20;
  expect(accepted).toBeGreaterThan(fewest);
  expect(refused).toBeGreaterThan(fewest);
});

test('so does every document with one change that config check accepts', async () => {
  const documents = documentsWithOneChange();
  const accepted = documents.map(check).filter((found) => found !== undefined);
  for (const found of accepted) {
    const { status } = await start(found, synthesiseBoth(found));
    expect({ status, environment: found.environment }).toMatchObject({ status: 200 });
  }
  expect(accepted.length).toBeGreaterThan(documents.length / 4);
  expect(accepted.length).toBeLessThan(documents.length);
});

test('config check has an answer for every document: it never fails in another way', () => {
  fc.assert(
    fc.property(environmentDocument, (document) => {
      check(document);
    }),
    propertyRuns(0.5),
  );
});
