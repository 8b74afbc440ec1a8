import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { metricForStatus, SESSION_METRICS } from '#core/session-metrics';
import type { Telemetry } from './telemetry';

const { namespace, service: serviceName } = SESSION_METRICS;

/** Powertools, told once what every line and every metric carries. */
export interface PowertoolsTelemetry extends Telemetry {
  /** Call it first in every invocation: lines carry the request id from then on. */
  beginInvocation(context: Context): void;
}

/**
 * Logs as JSON and metrics in CloudWatch's embedded format, both on standard output. A metric appears
 * twice: by function, for alarms, and by function and reason, for whoever looks into one.
 */
export function createPowertoolsTelemetry(functionName: string): PowertoolsTelemetry {
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
      count(SESSION_METRICS.issuedGrants, grants);
    },
    countRefused: (reason, status) => {
      const name = metricForStatus(status);
      count(name, 1);
      count(name, 1, reason);
    },
  };
}
