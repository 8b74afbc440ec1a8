import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { FetchLike } from '#access-token/fetch-jwks';
import { parseFunctionSettings, parseSessionVariables } from '#configuration/function-settings';
import type { Clock } from '#core/clock';
import { createKmsSigner } from '#custody/kms-signer';
import type { ApiApp } from '../http/api-app';
import { createCloudWatchGrantLog, OncePerGrantLog } from '../http/grant-log';
import { startApp, type Started } from '../http/invoke';
import type { Telemetry } from '../http/telemetry';
import { createVerifier } from '../http/verifier';
import { createSessionApp } from './app';
import type { GrantIssuer } from './issue-grants';
import { SignatureReuse } from './signature-reuse';

/** Everything that a container gets from outside when it starts. */
export interface StartInput {
  /** Reads and parses `settings.json`. It may throw. */
  readonly readSettings: () => unknown;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly kmsClient: Pick<KMSClient, 'send'>;
  readonly logsClient: Pick<CloudWatchLogsClient, 'send'>;
  /** Name of this container's log stream. No other container may have the same name. */
  readonly logStreamName: string;
  readonly fetch: FetchLike;
  readonly clock: Clock;
  readonly random: () => number;
  readonly telemetry: Telemetry;
}

async function buildApp(input: StartInput): Promise<ApiApp> {
  const { clock, fetch, telemetry, random, kmsClient, logsClient, logStreamName } = input;
  const settings = parseFunctionSettings(input.readSettings());
  const variables = parseSessionVariables(input.variables, settings);
  const verifier = await createVerifier(settings, { fetch, clock });
  const { activeSlot, contentBaseUrl, grantLogGroup: logGroupName, originSecrets } = variables;
  const grantIssuer: GrantIssuer = {
    contentBaseUrl,
    keyPairId: activeSlot.keyPairId,
    signer: createKmsSigner({ client: kmsClient, ...activeSlot }),
    reuse: new SignatureReuse(settings.grants),
    grantLog: new OncePerGrantLog(
      createCloudWatchGrantLog({ client: logsClient, logGroupName, logStreamName }),
    ),
    settings,
  };
  return createSessionApp({
    settings,
    originSecrets,
    verifier,
    grantIssuer,
    clock,
    random,
    telemetry,
  });
}

/** Starts the application of the session function. */
export async function startSession(input: StartInput): Promise<Started> {
  return await startApp(() => buildApp(input));
}
