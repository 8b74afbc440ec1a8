import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { FetchLike } from '#access-token/fetch-jwks';
import { createAccessTokenVerifier } from '#access-token/verify-access-token';
import { parseFunctionSettings, parseSessionVariables } from '#configuration/function-settings';
import type { Clock } from '#core/clock';
import { accept, type Outcome, refuse } from '#core/outcome';
import { createKmsSigner } from '#custody/kms-signer';
import { createSessionApp } from './app';
import { createCloudWatchGrantLog, OncePerGrantLog } from './grant-log';
import type { GrantIssuer } from './issue-grants';
import { SignatureReuse } from './signature-reuse';
import type { Telemetry } from './telemetry';

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

export type SessionApp = ReturnType<typeof createSessionApp>;

/** The application, or the error in its configuration. */
export type Started = Outcome<SessionApp, unknown>;

async function buildApp(input: StartInput): Promise<SessionApp> {
  const { clock, fetch, telemetry, random, kmsClient, logsClient, logStreamName } = input;
  const settings = parseFunctionSettings(input.readSettings());
  const variables = parseSessionVariables(input.variables, settings);
  const verifier = await createAccessTokenVerifier({
    tokenIssuers: settings.issuers,
    pinnedJwks: settings.pinnedJwks,
    allowLoopbackHttp: settings.allowLoopbackHttp,
    fetch,
    clock,
  });
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

/**
 * Starts the application. A configuration error is returned and not thrown, so that every
 * invocation can answer with it.
 */
export async function startSession(input: StartInput): Promise<Started> {
  try {
    return accept(await buildApp(input));
  } catch (error) {
    return refuse(error);
  }
}
