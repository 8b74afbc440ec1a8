import vm from 'node:vm';
import type { DeployedFunction } from './distribution';
import type { EdgeRequest, EdgeResponse } from './exchange';

const RUN_MILLISECONDS_MAX = 50;

/** What a viewer-request function decided. */
export type FunctionOutcome =
  | { readonly kind: 'continue'; readonly rawPath: string }
  | { readonly kind: 'respond'; readonly response: EdgeResponse }
  | { readonly kind: 'failed'; readonly message: string };

interface EventValue {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[];
}

/** Values by name, in the event structure of CloudFront Functions: repeated ones become a `multiValue`. */
function eventValues(pairs: readonly (readonly [string, string])[]): Record<string, EventValue> {
  const grouped = new Map<string, string[]>();
  for (const [name, value] of pairs) grouped.set(name, [...(grouped.get(name) ?? []), value]);
  return Object.fromEntries(
    [...grouped].map(([name, values]) => [
      name,
      values.length === 1
        ? { value: values[0] ?? '' }
        : { value: values.at(-1) ?? '', multiValue: values.map((value) => ({ value })) },
    ]),
  );
}

function splitPairs(text: string | undefined, separator: RegExp): [string, string][] {
  if (text === undefined || text === '') return [];
  return text.split(separator).map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/**
 * The viewer-request event of a request.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function buildViewerRequestEvent(
  request: EdgeRequest,
  context: { distributionId: string; distributionDomainName: string; requestId: string },
): unknown {
  const headers = Object.entries(request.headers).filter(([name]) => name !== 'cookie');
  return {
    version: '1.0',
    context: { ...context, eventType: 'viewer-request' },
    viewer: { ip: request.clientIp },
    request: {
      method: request.method,
      uri: request.rawPath,
      querystring: eventValues(splitPairs(request.rawQuery, /&/)),
      headers: eventValues(headers),
      cookies: eventValues(splitPairs(request.headers['cookie'], /;\s*/)),
    },
  };
}

interface FunctionResult {
  readonly uri?: unknown;
  readonly statusCode?: unknown;
  readonly headers?: Record<string, { value: string }>;
  readonly body?: string | { data: string; encoding?: string };
}

function toResponse(result: FunctionResult): EdgeResponse {
  const { body } = result;
  const text = typeof body === 'object' ? body.data : (body ?? '');
  const encoding = typeof body === 'object' && body.encoding === 'base64' ? 'base64' : 'utf8';
  return {
    status: Number(result.statusCode),
    headers: Object.fromEntries(
      Object.entries(result.headers ?? {}).map(([name, { value }]) => [name.toLowerCase(), value]),
    ),
    body: Buffer.from(text, encoding),
  };
}

/** Runs deployed CloudFront Functions, each in a context of its own that offers the language and nothing else. */
export class ViewerFunctionRunner {
  readonly #contexts = new Map<string, vm.Context>();

  /** Runs one function on one event. What throws or answers nonsense has failed, as on AWS (503). */
  run(deployed: DeployedFunction, event: unknown): FunctionOutcome {
    try {
      const context = this.#contextOf(deployed);
      context['eventText'] = JSON.stringify(event);
      const text = vm.runInContext('JSON.stringify(handler(JSON.parse(eventText)))', context, {
        timeout: RUN_MILLISECONDS_MAX,
      }) as string | undefined;
      return toOutcome(text);
    } catch (error) {
      return {
        kind: 'failed',
        message: error instanceof Error ? error.message : 'the function threw',
      };
    }
  }

  #contextOf(deployed: DeployedFunction): vm.Context {
    const known = this.#contexts.get(deployed.code);
    if (known !== undefined) return known;
    const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
    vm.runInContext(deployed.code, context, {
      timeout: RUN_MILLISECONDS_MAX,
      filename: deployed.name,
    });
    this.#contexts.set(deployed.code, context);
    return context;
  }
}

function toOutcome(text: string | undefined): FunctionOutcome {
  const result = text === undefined ? undefined : (JSON.parse(text) as FunctionResult | null);
  if (typeof result?.statusCode === 'number')
    return { kind: 'respond', response: toResponse(result) };
  if (typeof result?.uri === 'string') return { kind: 'continue', rawPath: result.uri };
  return { kind: 'failed', message: 'the function returned neither a request nor a response' };
}
