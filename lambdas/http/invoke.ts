import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { accept, type Outcome, refuse } from '#core/outcome';
import type { ApiApp } from './api-app';
import { toRequest, toResult } from './http-api-event';
import { buildProblem } from './problem';
import { Refused } from './refused';
import { refusalReporter } from './report-refusal';
import type { Telemetry } from './telemetry';

/** The application, or the error in its configuration. */
export type Started = Outcome<ApiApp, unknown>;

/**
 * Starts an application. A configuration error is returned and not thrown, so that every invocation
 * can answer with it.
 */
export async function startApp(build: () => Promise<ApiApp>): Promise<Started> {
  try {
    return accept(await build());
  } catch (error) {
    return refuse(error);
  }
}

/** Input of one invocation. */
export interface Invocation {
  readonly event: unknown;
  readonly requestId: string;
}

async function respond(
  { event, requestId }: Invocation,
  started: Started,
  telemetry: Telemetry,
): Promise<Response> {
  const report = refusalReporter(telemetry);
  if (!started.ok) {
    return buildProblem(report(new Refused('not-configured', {}, started.refusal), ''));
  }
  try {
    return await started.value.fetch(toRequest(Object(event) as object), { requestId });
  } catch (error) {
    return buildProblem(report(error, ''));
  }
}

/** Answers one event. It never throws, and it grants nothing if anything failed. */
export async function invoke(
  invocation: Invocation,
  started: Started,
  telemetry: Telemetry,
): Promise<APIGatewayProxyStructuredResultV2> {
  return await toResult(await respond(invocation, started, telemetry));
}
