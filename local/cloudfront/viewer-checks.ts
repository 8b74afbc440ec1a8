import { epochSeconds } from '#core/clock';
import { verifyViewerRequest } from '#core/verification/verify-viewer-request';
import type { CacheBehavior, Distribution } from './distribution';
import { buildErrorPage } from './error-pages';
import { type EdgeRequest, refuse, type Step } from './exchange';
import { withoutSigningParameters } from './signing-parameters';
import type { EdgeSwitches } from './switches';
import {
  buildViewerRequestEvent,
  type FunctionOutcome,
  type ViewerFunctionRunner,
} from './viewer-function';

/** The context of a request: the distribution, the selected behavior and the request id. */
export interface Place {
  readonly distribution: Distribution;
  readonly behavior: CacheBehavior;
  readonly requestId: string;
}

export interface ViewerCheckSettings {
  readonly switches: EdgeSwitches;
  readonly functions: ViewerFunctionRunner;
  readonly nowMilliseconds: () => number;
}

/** The result of the checks on the viewer's request. */
export interface ViewerVerdict {
  /** Undefined if no check refused the request. */
  readonly step: Step | undefined;
  /** The text that the guard function wrote into the access log, if there is one. */
  readonly logData: string | undefined;
}

/**
 * Runs the two checks on the viewer's request, the guard function and the signature check, in the
 * order of the switch. Each can refuse the request.
 */
export function checkViewer(
  request: EdgeRequest,
  place: Place,
  settings: ViewerCheckSettings,
): ViewerVerdict {
  const signature = (): Step | undefined => checkSignature(request, place.behavior, settings);
  if (settings.switches.guardRuns === 'after') {
    const refused = signature();
    if (refused !== undefined) return { step: refused, logData: undefined };
  }
  const { step, logData } = runGuard(request, place, settings);
  return { step: step ?? signature(), logData };
}

function runGuard(
  request: EdgeRequest,
  place: Place,
  settings: ViewerCheckSettings,
): ViewerVerdict {
  const { distribution, behavior, requestId } = place;
  if (behavior.viewerRequestFunction === undefined) return { step: undefined, logData: undefined };
  const event = buildViewerRequestEvent(
    settings.switches.guardSeesSigningParameters
      ? request
      : { ...request, rawQuery: withoutSigningParameters(request.rawQuery) },
    { distributionId: distribution.id, distributionDomainName: distribution.domainName, requestId },
  );
  const outcome = settings.functions.run(behavior.viewerRequestFunction, event);
  return { step: stepOf(outcome), logData: outcome.logData };
}

function stepOf(outcome: FunctionOutcome): Step | undefined {
  switch (outcome.kind) {
    case 'continue':
      return undefined;
    case 'failed':
      return functionFailed(outcome.message);
    case 'respond': {
      const { status } = outcome.response;
      const generated = 'FunctionGeneratedResponse';
      return {
        response: outcome.response,
        resultType: generated,
        detailedResultType: generated,
        ...(status >= 400 && {
          refusal: { layer: 'guard', reasons: [`guard_answered_${status}`] },
        }),
      };
    }
  }
}

function functionFailed(reason: string): Step {
  const page = buildErrorPage(503, 'The CloudFront function returned an error.');
  return refuse(page, { layer: 'guard', reasons: [reason] }, 'FunctionExecutionError');
}

/** Returns the URL that the viewer requested, character for character. */
export function rawUrlOf({ protocol, host, rawPath, rawQuery }: EdgeRequest): string {
  return `${protocol}://${host}${rawPath}${rawQuery === undefined ? '' : `?${rawQuery}`}`;
}

function checkSignature(
  request: EdgeRequest,
  behavior: CacheBehavior,
  settings: ViewerCheckSettings,
): Step | undefined {
  if (behavior.trustedKeys === undefined) return undefined;
  const { method, headers, clientIp } = request;
  const verdict = verifyViewerRequest(
    { url: rawUrlOf(request), method, headers, clientIp },
    {
      now: epochSeconds(Math.floor(settings.nowMilliseconds() / 1_000)),
      trustedKeys: behavior.trustedKeys,
      switches: { ...settings.switches, allowTestKeySizes: false },
    },
  );
  if (verdict.allowed) return undefined;
  const body = Buffer.from(verdict.body);
  const response = { status: verdict.status, headers: { 'content-type': 'text/xml' }, body };
  return refuse(response, { layer: 'signature', reasons: verdict.reasons });
}
