import {
  type CloudPorts,
  type LocalCloud,
  type LocalCloudSettings,
  startLocalCloud,
} from '#local/cloud/local-cloud';
import type { FinishedRequest } from '#local/cloudfront/exchange';
import { projectRoot, readTools } from '#local/emulator/tools';

/** A local cloud for one test suite, with what its edge served. */
export interface TestCloud extends LocalCloud {
  readonly served: readonly FinishedRequest[];
}

/** Returns ports that differ from those of `npm start` and of suites that run at the same time. */
function preferredPorts(): CloudPorts {
  const first = 4_700 + 20 * Number(process.env['JEST_WORKER_ID'] ?? 0);
  return { emulator: first, edge: first + 1, identity: first + 2, gallery: first + 3 };
}

/**
 * Starts a separate cloud for a suite, with its own ports and state, independent of `npm start`.
 */
export async function startTestCloud(
  name: string,
  settings: Partial<
    Pick<LocalCloudSettings, 'tls' | 'switches' | 'environmentChanges' | 'nowMilliseconds'>
  > & {
    /** `AWS_ENDPOINT_URL_<SERVICE>` of services that another emulator has. */
    readonly serviceEndpoints?: Readonly<Record<string, string>>;
  } = {},
): Promise<TestCloud> {
  const root = projectRoot();
  const served: FinishedRequest[] = [];
  const progress: string[] = [];
  try {
    const cloud = await startLocalCloud({
      root,
      tools: readTools(root),
      name,
      tls: settings.tls ?? false,
      reset: true,
      preferredPorts: preferredPorts(),
      processEnvironment: { ...process.env, ...settings.serviceEndpoints },
      nowMilliseconds: settings.nowMilliseconds ?? (() => Date.now()),
      onProgress: (text) => progress.push(text),
      sink: (finished) => served.push(finished),
      ...(settings.switches !== undefined && { switches: settings.switches }),
      ...(settings.environmentChanges !== undefined && {
        environmentChanges: settings.environmentChanges,
      }),
    });
    return { ...cloud, served };
  } catch (error) {
    throw new Error(`the cloud ${name} did not start; last step: ${progress.at(-1) ?? 'none'}`, {
      cause: error,
    });
  }
}

/** Logs a person in as `curl` does and returns the access token. */
export async function fetchAccessToken(
  { addresses }: Pick<LocalCloud, 'addresses'>,
  personId: string,
): Promise<string> {
  const response = await fetch(`${addresses.tokenIssuer}/people/${personId}/access-token`, {
    method: 'POST',
    headers: {},
  });
  if (!response.ok) throw new Error(`no token for ${personId}: ${response.status}`);
  return response.text();
}
