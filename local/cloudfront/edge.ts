import { randomBytes } from 'node:crypto';
import { checkAdmission } from './admission';
import { selectBehavior } from './behavior-selection';
import { Delivery, type DeliverySettings } from './delivery';
import type { Distribution } from './distribution';
import { buildErrorPage } from './error-pages';
import { refuse, type EdgeRequest, type Step } from './exchange';
import type { EdgeSwitches } from './switches';
import { checkViewer } from './viewer-checks';
import { ViewerFunctionRunner } from './viewer-function';

/** What a request came to, before the server writes it. */
export interface Outcome extends Step {
  readonly requestId: string;
  readonly pathPattern: string;
}

export interface EdgeSettings extends DeliverySettings {
  readonly switches: EdgeSwitches;
  /** Hosts, with their ports, under which viewers reach this edge beside the distribution's own names. */
  readonly hosts: readonly string[];
}

/**
 * One edge location: takes a raw request through what CloudFront does with it, in its order. The decision on
 * a signature is `core/verification`'s alone. FIDELITY.md says how far it goes.
 */
export class Edge {
  readonly #settings: EdgeSettings;
  readonly #delivery: Delivery;
  readonly #functions = new ViewerFunctionRunner();

  constructor(settings: EdgeSettings) {
    this.#settings = settings;
    this.#delivery = new Delivery(settings);
  }

  /** Forgets every cached object, as an invalidation of `/*` does. */
  invalidateEverything(): void {
    this.#delivery.invalidateEverything();
  }

  /** Answers one request. What goes wrong inside is a 502 and opens nothing. */
  async handle(request: EdgeRequest, distribution: Distribution): Promise<Outcome> {
    const requestId = `${randomBytes(41).toString('base64url').slice(0, 54)}==`;
    const behavior = selectBehavior(distribution.behaviors, request.rawPath);
    const place = { distribution, behavior, requestId };
    const { hosts, switches, nowMilliseconds } = this.#settings;
    const step =
      checkAdmission(request, behavior, { distribution, hosts }) ??
      checkViewer(request, place, { switches, functions: this.#functions, nowMilliseconds }) ??
      (await this.#delivery.serve(request, place).catch(originFailed));
    return { ...step, requestId, pathPattern: behavior.pathPattern };
  }
}

function originFailed(error: unknown): Step {
  const reason = error instanceof Error ? error.message : 'the origin could not be reached';
  const page = buildErrorPage(502, 'CloudFront could not connect to the origin.');
  return refuse(page, { layer: 'origin', reasons: [reason] }, 'OriginCommError');
}
