import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from '#aws/clients';
import type { ProcessEnvironment } from '#aws/endpoints';
import type { DeploymentRecord } from '#configuration/deployment-record';
import type { RequestSink } from '../cloudfront/exchange';
import { AccessLogDelivery } from './access-log-delivery';
import { IssuedGrantDelivery } from './issued-grant-delivery';

/**
 * Time between two deliveries. AWS needs minutes to hours; on a local machine a request should be
 * in the query result after a moment.
 */
const FLUSH_MILLISECONDS = 2_000;

export interface LogDeliveriesSettings {
  readonly s3: S3Client;
  readonly deployment: DeploymentRecord;
  /** Returns whether the deployed distribution logs cookies now. */
  readonly logsCookies: () => boolean;
  /** Environment variables with the address of the emulator. */
  readonly environment: ProcessEnvironment;
  /** Milliseconds since the Unix epoch. */
  readonly nowMilliseconds: () => number;
  /** Called once when deliveries start to fail, and again if they worked in between. */
  readonly onFailure: (error: unknown) => void;
}

/** The log deliveries of a deployment: access logs of the edge, and records of issued grants. */
export interface LogDeliveries {
  readonly sink: RequestSink;
  /** Writes everything that is waiting. */
  flush(): Promise<void>;
  /** Writes everything that is waiting and ends. */
  stop(): Promise<void>;
}

/** Starts to deliver logs to the log bucket every two seconds, and once more at the end. */
export async function startLogDeliveries(settings: LogDeliveriesSettings): Promise<LogDeliveries> {
  const { s3, deployment, environment, nowMilliseconds, onFailure } = settings;
  const cloudWatchLogs = new CloudWatchLogsClient(clientSettings(environment, 'CLOUDWATCH_LOGS'));
  const accessLogs = await AccessLogDelivery.create({
    s3,
    distribution: deployment.distribution,
    places: deployment.logs,
    logsCookies: settings.logsCookies,
  });
  const issuedGrants = new IssuedGrantDelivery({
    s3,
    cloudWatchLogs,
    logGroupName: deployment.logGroups.issuedGrants,
    place: deployment.logs.issuedGrants,
    startedAtMilliseconds: nowMilliseconds(),
  });
  let isFailing = false;
  let flushing: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    flushing = flushing.then(async () => {
      try {
        await accessLogs.flush();
        await issuedGrants.flush();
        isFailing = false;
      } catch (error) {
        if (!isFailing) onFailure(error);
        isFailing = true;
      }
    });
    return flushing;
  };
  const timer = setInterval(() => void flush(), FLUSH_MILLISECONDS);
  return {
    sink: (finished) => {
      accessLogs.add(finished);
    },
    flush,
    stop: async () => {
      clearInterval(timer);
      await flush();
      accessLogs.close();
      cloudWatchLogs.destroy();
    },
  };
}
