import vm from 'node:vm';
import type { DeployedFunction } from './distribution';
import type { EdgeRequest, EdgeResponse } from './exchange';

/**
 * Time limit for a function, far above the limit of AWS. It ends a function that would never end,
 * but not one that is slow because the machine is busy.
 */
const RUN_MILLISECONDS_MAX = 1_000;
const STATUS_MIN = 200;
const STATUS_MAX = 599;
/**
 * Maximum length of the text for `cf.logCustomData` after URL-encoding. A longer text is not
 * logged.
 */
const LOG_DATA_BYTES_MAX = 800;
/**
 * The runtime's module `cloudfront`. It is evaluated inside the function's own context, so the
 * function cannot reach any object of this process.
 */
const LOGGED_TEXT = "let loggedText = '';";
const RUNTIME_MODULE = 'const cf = { logCustomData: (text) => { loggedText = String(text); } };';
const MODULE_IMPORT = /^import cf from\s*["']cloudfront["'];/m;
const CALL = new vm.Script(
  "loggedText = ''; JSON.stringify({ result: handler(JSON.parse(eventText)), loggedText })",
);

/** The decision of a viewer-request function, and the text that it wrote into the access log. */
export type FunctionOutcome = { readonly logData?: string } & (
  | { readonly kind: 'continue' }
  | { readonly kind: 'respond'; readonly response: EdgeResponse }
  | { readonly kind: 'failed'; readonly message: string }
);

interface EventValue {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[];
}

/**
 * Converts names and values to the event structure of CloudFront Functions. A repeated name becomes
 * a `multiValue`.
 */
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

/** The parts of the viewer-request event that a function may use. */
export interface ViewerRequestEvent {
  readonly version: '1.0';
  readonly context: Readonly<Record<string, string>>;
  readonly viewer: { readonly ip: string };
  readonly request: {
    readonly method: string;
    readonly uri: string;
    readonly querystring: Readonly<Record<string, EventValue>>;
    readonly headers: Readonly<Record<string, EventValue>>;
    readonly cookies: Readonly<Record<string, EventValue>>;
  };
}

/**
 * Builds the viewer-request event of a request.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function buildViewerRequestEvent(
  request: EdgeRequest,
  context: { distributionId: string; distributionDomainName: string; requestId: string },
): ViewerRequestEvent {
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

interface GeneratedResponse {
  readonly statusCode: number;
  readonly headers?: Record<string, { value: string }>;
  readonly body?: string | { data: string; encoding?: string };
}

interface FunctionReturn {
  readonly result?: Partial<GeneratedResponse> | null;
  readonly loggedText: unknown;
}

/** Checks that a value is text. The result of a function can have any type at run time. */
function requireText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('the function answered with a header that is no text');
}

function toResponse({ statusCode, headers, body }: GeneratedResponse): EdgeResponse {
  const text = typeof body === 'object' ? body.data : (body ?? '');
  const encoding = typeof body === 'object' && body.encoding === 'base64' ? 'base64' : 'utf8';
  return {
    status: statusCode,
    headers: Object.fromEntries(
      Object.entries(headers ?? {}).map(([name, { value }]) => [
        name.toLowerCase(),
        requireText(value),
      ]),
    ),
    body: Buffer.from(text, encoding),
  };
}

function messageOf(error: unknown): string {
  // An error that the function's context created is not an instance of this context's Error class.
  const message = (error as { readonly message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : 'the function threw';
}

/**
 * Runs deployed CloudFront Functions. Each runs in its own context, which has the JavaScript
 * language and nothing else.
 */
export class ViewerFunctionRunner {
  readonly #contexts = new Map<string, vm.Context>();
  readonly #limit: vm.RunningScriptOptions;

  /**
   * @param timeoutMilliseconds ends a function that runs longer; `Infinity` means no limit. The
   * limit needs a thread for each run, which costs many times more than the function. Tests with a
   * hundred thousand requests do not use it.
   */
  constructor(timeoutMilliseconds = RUN_MILLISECONDS_MAX) {
    this.#limit = timeoutMilliseconds === Infinity ? {} : { timeout: timeoutMilliseconds };
  }

  /**
   * Runs a function on an event. A function that throws, takes too long or returns an invalid
   * result has failed; AWS answers 503.
   */
  run(deployed: DeployedFunction, event: ViewerRequestEvent): FunctionOutcome {
    try {
      const context = this.#contextOf(deployed);
      context['eventText'] = JSON.stringify(event);
      const text = CALL.runInContext(context, this.#limit) as string;
      const { result, loggedText } = JSON.parse(text) as FunctionReturn;
      return { ...toOutcome(result, event), ...readLogData(loggedText) };
    } catch (error) {
      return { kind: 'failed', message: messageOf(error) };
    }
  }

  #contextOf(deployed: DeployedFunction): vm.Context {
    const known = this.#contexts.get(deployed.code);
    if (known !== undefined) return known;
    // The object has no prototype. Through a prototype, a function could reach objects of this
    // process.
    const globals = Object.create(null) as vm.Context;
    const context = vm.createContext(globals, { codeGeneration: { strings: false, wasm: false } });
    const code = deployed.code.replace(MODULE_IMPORT, RUNTIME_MODULE);
    vm.runInContext(`${LOGGED_TEXT}\n${code}`, context, {
      ...this.#limit,
      filename: deployed.name,
    });
    this.#contexts.set(deployed.code, context);
    return context;
  }
}

/** Returns the text in the URL-encoded form of the access log. */
function readLogData(logged: unknown): { readonly logData?: string } {
  // A lone surrogate cannot be URL-encoded; a Buffer replaces it.
  const logData = encodeURIComponent(Buffer.from(String(logged)).toString());
  return logData !== '' && logData.length <= LOG_DATA_BYTES_MAX ? { logData } : {};
}

function toOutcome(
  result: FunctionReturn['result'],
  { request }: ViewerRequestEvent,
): FunctionOutcome {
  if (JSON.stringify(result) === JSON.stringify(request)) return { kind: 'continue' };
  const { statusCode } = result ?? {};
  if (statusCode === undefined) {
    const message = 'the function changed the request, or returned neither request nor response';
    return { kind: 'failed', message };
  }
  if (!Number.isInteger(statusCode) || statusCode < STATUS_MIN || statusCode > STATUS_MAX) {
    return { kind: 'failed', message: 'the function answered with a status that is none' };
  }
  return { kind: 'respond', response: toResponse({ ...result, statusCode }) };
}
