import { randomBytes } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ProcessEnvironment } from '#aws/endpoints';
import { checkAdmission } from './admission';
import { selectBehavior } from './behavior-selection';
import { Delivery } from './delivery';
import type { Distribution } from './distribution';
import type { EdgeRequest, Step } from './exchange';
import { createEmulatorBackend, type OriginBackend } from './origin-backend';
import { answerOriginFailure } from './origin-failure';
import type { EdgeSwitches } from './switches';
import { checkViewer, type Place, type ViewerVerdict } from './viewer-checks';
import { ViewerFunctionRunner } from './viewer-function';

const REQUEST_ID_BYTES = 41;
const REQUEST_ID_CHARACTERS = 54;

/** The result of a request, before the server writes it. */
export interface Outcome extends Step {
  readonly requestId: string;
  readonly pathPattern: string;
  /** The text that the viewer-request function wrote into the access log. */
  readonly logData: string | undefined;
}

/**
 * What is behind the edge: the emulator, reached with an S3 client and endpoint variables, or a
 * backend for tests.
 */
export type EdgeOrigins =
  | { readonly s3: S3Client; readonly environment: ProcessEnvironment }
  | { readonly backend: OriginBackend };

export type EdgeSettings = EdgeOrigins & {
  readonly switches: EdgeSwitches;
  /**
   * Hosts with their ports under which viewers can reach this edge, in addition to the
   * distribution's own names.
   */
  readonly hosts: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly nowMilliseconds: () => number;
  /** Runs the viewer-request functions. @default - a runner of this edge's own */
  readonly functions?: ViewerFunctionRunner;
};

/**
 * Creates a request id in the form that CloudFront uses in `x-amz-cf-id` and `x-edge-request-id`.
 */
export function createRequestId(): string {
  const text = randomBytes(REQUEST_ID_BYTES).toString('base64url');
  return `${text.slice(0, REQUEST_ID_CHARACTERS)}==`;
}

/**
 * One edge location. It applies the steps of CloudFront to a raw request in their order. Only
 * `core/verification` decides about signatures. FIDELITY.md describes the limits.
 */
export class Edge {
  readonly #settings: EdgeSettings;
  readonly #delivery: Delivery;
  readonly #functions: ViewerFunctionRunner;

  constructor(settings: EdgeSettings) {
    this.#settings = settings;
    const backend =
      'backend' in settings
        ? settings.backend
        : createEmulatorBackend(settings.s3, settings.environment);
    this.#delivery = new Delivery({ ...settings, backend });
    this.#functions = settings.functions ?? new ViewerFunctionRunner();
  }

  /** Removes every object from the cache, like an invalidation of `/*`. */
  invalidateEverything(): void {
    this.#delivery.invalidateEverything();
  }

  /** Removes the objects of an invalidation from the cache. */
  invalidate(paths: readonly string[]): void {
    this.#delivery.invalidate(paths);
  }

  /**
   * Answers one request. An internal error becomes a 502 and never allows access; an origin that
   * does not answer in time becomes a 504.
   */
  async handle(request: EdgeRequest, distribution: Distribution): Promise<Outcome> {
    const requestId = createRequestId();
    const { behaviors } = distribution;
    const { behaviorPath } = this.#settings.switches;
    const behavior = selectBehavior(behaviors, request.rawPath, behaviorPath);
    const { hosts } = this.#settings;
    const place = { distribution, behavior, requestId };
    const known = { requestId, pathPattern: behavior.pathPattern };
    const unadmitted = checkAdmission(request, behavior, { distribution, hosts });
    if (unadmitted !== undefined) return { ...unadmitted, ...known, logData: undefined };
    const { step, logData } = this.#checkViewer(request, place);
    const served = step ?? (await this.#delivery.serve(request, place).catch(answerOriginFailure));
    return { ...served, ...known, logData };
  }

  #checkViewer(request: EdgeRequest, place: Place): ViewerVerdict {
    const { switches, nowMilliseconds } = this.#settings;
    try {
      return checkViewer(request, place, {
        switches,
        functions: this.#functions,
        nowMilliseconds,
      });
    } catch (error) {
      return { step: answerOriginFailure(error), logData: undefined };
    }
  }
}
