import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { FUNCTION_METRICS, metricForStatus } from '#core/function-metrics';
import type { Telemetry } from './telemetry';

const { namespace } = FUNCTION_METRICS;

/** Telemetry with Powertools. The fields that every log line and metric has are set once. */
export interface PowertoolsTelemetry extends Telemetry {
  /** Must be called first in every invocation. After it, all log lines have the request id. */
  beginInvocation(context: Context): void;
}

/**
 * Writes JSON logs and CloudWatch metrics (embedded metric format) to standard output. Each metric
 * is written twice: with the dimension function for alarms, and with function and reason for
 * analysis.
 */
export function createPowertoolsTelemetry(
  functionName: string,
  serviceName: string,
): PowertoolsTelemetry {
  const logger = new Logger({ serviceName });
  const metrics = new Metrics({
    namespace,
    serviceName,
    defaultDimensions: { function: functionName },
  });
  const count = (name: string, value: number, reason?: string): void => {
    const single = metrics.singleMetric();
    if (reason !== undefined) single.addDimension('reason', reason);
    single.addMetric(name, MetricUnit.Count, value);
  };
  return {
    beginInvocation: (context) => {
      logger.addContext(context);
    },
    info: (message, fields) => {
      logger.info(message, fields);
    },
    warn: (message, fields) => {
      logger.warn(message, fields);
    },
    error: (message, fields) => {
      logger.error(message, fields);
    },
    countIssued: (grants) => {
      count(FUNCTION_METRICS.issuedGrants, grants);
    },
    countRefused: (reason, status) => {
      const name = metricForStatus(status);
      count(name, 1);
      count(name, 1, reason);
    },
  };
}
