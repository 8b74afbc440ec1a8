import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type IssuerConfiguration, resolveIssuer } from '#access-token/presets';
import type { FunctionSettings } from '#configuration/function-settings';
import { type KeyPairId, parseKeyPairId } from '#core/signing/signer';
import { parseTrustedPublicKey, type TrustedPublicKey } from '#core/verification/trusted-key';
import { DEFAULT_SWITCHES, verifyViewerRequest } from '#core/verification/verify-viewer-request';
import type { KmsSigningAlgorithm } from '#custody/kms-signer';
import { invoke, type Started } from '#lambdas/http/invoke';
import type { LogFields, Telemetry } from '#lambdas/http/telemetry';
import { type StartInput, startSession } from '#lambdas/session/start';
import {
  FakeClock,
  FakeIdentityProvider,
  ISSUER,
  type IssuerKey,
  makeIssuerKey,
  makeToken,
  plainClaims,
} from '#test/unit/access-token/token-factory';
import { FakeKms, KMS_KEY_ID } from '#test/unit/custody/fake-kms';

export const APP_ORIGIN = 'https://app.example.com';
export const CONTENT_BASE_URL = 'https://media.example.com';
export const ORIGIN_SECRETS = [
  '0b8b9a3e-53a5-4c5e-9d6e-5f3a0e9d7c11',
  '7f1d2c3b-0a9e-4d8c-b7a6-958473625140',
] as const;
export const KEY_PAIR_ID: KeyPairId = parseKeyPairId('K2JCJMDEHXQW5F');

export const issuerKey: IssuerKey = makeIssuerKey('k1');
export const kmsByAlgorithm = {
  RSASSA_PKCS1_V1_5_SHA_256: new FakeKms('RSASSA_PKCS1_V1_5_SHA_256'),
  ECDSA_SHA_256: new FakeKms('ECDSA_SHA_256'),
};

/** The parts of an HTTP API result that the tests read. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** Everything that the function logged and counted. */
export class RecordedTelemetry implements Telemetry {
  readonly lines: LogLine[] = [];
  readonly refusals: string[] = [];
  issued = 0;

  info(message: string, fields: LogFields): void {
    this.lines.push({ level: 'info', message, fields });
  }

  warn(message: string, fields: LogFields): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  error(message: string, fields: LogFields): void {
    this.lines.push({ level: 'error', message, fields });
  }

  countIssued(grants: number): void {
    this.issued += grants;
  }

  countRefused(reason: string): void {
    this.refusals.push(reason);
  }
}

/** A simple CloudWatch Logs that stores records and fails if a test wants it to. */
export class FakeLogs {
  readonly calls: { name: string; input: Record<string, unknown> }[] = [];
  respond: (name: string) => object = () => ({});

  get client(): Pick<CloudWatchLogsClient, 'send'> {
    const send = (command: { input: Record<string, unknown> }): Promise<object> => {
      const name = command.constructor.name;
      this.calls.push({ name, input: command.input });
      return Promise.resolve().then(() => this.respond(name));
    };
    return { send: send as CloudWatchLogsClient['send'] };
  }

  /** The records of every PutLogEvents call, as one list for each call. */
  get records(): Record<string, unknown>[][] {
    return this.calls
      .filter(({ name }) => name === 'PutLogEventsCommand')
      .map(({ input }) =>
        (input['logEvents'] as { message: string }[]).map(
          ({ message }) => JSON.parse(message) as Record<string, unknown>,
        ),
      );
  }
}

export interface BenchOptions {
  readonly issuer?: Partial<IssuerConfiguration>;
  readonly grants?: Partial<FunctionSettings['grants']>;
  readonly sameSite?: 'lax' | 'none';
  readonly algorithm?: KmsSigningAlgorithm;
  readonly variables?: Record<string, string | undefined>;
  readonly settings?: () => unknown;
  readonly random?: () => number;
}

export interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  /** Claims of the bearer token; `null` sends no token. */
  readonly claims?: Record<string, unknown> | null;
  readonly headers?: Record<string, string | undefined>;
  readonly cookies?: readonly string[];
  readonly body?: unknown;
}

export function buildSettings({
  issuer,
  grants,
  sameSite = 'lax',
}: BenchOptions): FunctionSettings {
  return {
    issuers: [
      resolveIssuer({
        preset: 'generic',
        issuer: ISSUER,
        audience: { accepted: ['edgepass'] },
        tenants: { from: 'claim', claim: 'org_id' },
        ...issuer,
      }),
    ],
    pinnedJwks: { [ISSUER]: { keys: [issuerKey.jwk] } },
    appOrigins: [APP_ORIGIN, 'https://admin.example.com'],
    cookies: { sameSite },
    grants: {
      ...{ cookieLifetimeSeconds: 900, reuseWindowSeconds: 60 },
      ...{ signedUrlLifetimeSeconds: 900, signedUrlBatchLifetimeSeconds: 300 },
      ...{ shareAcrossSubjects: false, capToToken: 'auto' },
      ...grants,
    },
    allowLoopbackHttp: false,
  };
}

export function buildVariables(
  algorithm: KmsSigningAlgorithm,
  more: BenchOptions['variables'],
): Record<string, string | undefined> {
  const slot = { slot: 'a', state: 'active', custody: 'kms', keyPairId: KEY_PAIR_ID, algorithm };
  return {
    EDGEPASS_CONTENT_BASE_URL: CONTENT_BASE_URL,
    EDGEPASS_SIGNING_SLOTS: JSON.stringify([{ ...slot, kmsKeyId: KMS_KEY_ID }]),
    EDGEPASS_ORIGIN_SECRETS: JSON.stringify(ORIGIN_SECRETS),
    EDGEPASS_GRANT_LOG_GROUP: '/edgepass/test/issued-grants',
    ...more,
  };
}

/** Makes an event as CloudFront and the HTTP API would make it from a request of a page. */
export function buildEvent(
  call: Call,
  tokenOf: (claims: Record<string, unknown>) => string,
): Record<string, unknown> {
  const { method = 'POST', claims = {}, headers, cookies, body } = call;
  const sent: Record<string, string | undefined> = {
    host: 'abc123.execute-api.eu-central-1.amazonaws.com',
    origin: APP_ORIGIN,
    'x-edgepass-origin-secret': ORIGIN_SECRETS[0],
    ...(claims !== null && { authorization: `Bearer ${tokenOf(claims)}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...headers,
  };
  return {
    version: '2.0',
    rawPath: call.path ?? '/api/session',
    rawQueryString: call.query ?? '',
    headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)),
    ...(cookies && { cookies }),
    requestContext: { http: { method } },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}

/** Reads an HTTP API result. */
export function readResult(result: APIGatewayProxyStructuredResultV2): Answer {
  const text = result.body ?? '';
  return {
    status: result.statusCode ?? 0,
    headers: result.headers as Record<string, string>,
    cookies: result.cookies ?? [],
    text,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** The real session function. Everything around it is replaced by test doubles. */
export class SessionBench {
  readonly clock = new FakeClock();
  readonly provider = new FakeIdentityProvider(issuerKey);
  readonly telemetry = new RecordedTelemetry();
  readonly logs = new FakeLogs();
  readonly kms: FakeKms;
  readonly #started: Promise<Started>;

  constructor(options: BenchOptions = {}) {
    const algorithm = options.algorithm ?? 'RSASSA_PKCS1_V1_5_SHA_256';
    this.kms = kmsByAlgorithm[algorithm];
    this.kms.commands.length = 0;
    this.kms.distort = (answer) => answer;
    const input: StartInput = {
      readSettings: options.settings ?? (() => buildSettings(options)),
      variables: buildVariables(algorithm, options.variables),
      kmsClient: this.kms.client,
      logsClient: this.logs.client,
      logStreamName: '2026-01-01/test',
      fetch: this.provider.fetch,
      clock: this.clock,
      random: options.random ?? (() => 0),
      telemetry: this.telemetry,
    };
    this.#started = startSession(input);
  }

  makeToken(claims: Record<string, unknown> = {}): string {
    return makeToken(issuerKey, plainClaims(claims));
  }

  /** Makes an event of a page with a token of these claims. */
  buildEvent(call: Call): Record<string, unknown> {
    return buildEvent(call, (claims) => this.makeToken(claims));
  }

  async send(event: unknown): Promise<Answer> {
    const result = await invoke(
      { event, requestId: 'request-1' },
      await this.#started,
      this.telemetry,
    );
    return readResult(result);
  }

  async call(call: Call = {}): Promise<Answer> {
    return await this.send(this.buildEvent(call));
  }

  /** Returns the edge's decision about these cookies, by the project's own verification. */
  opens(path: string, cookie: string): boolean {
    const trusted: TrustedPublicKey = parseTrustedPublicKey(this.kms.publicKeyPem, {
      allowTestKeySizes: false,
    });
    return verifyViewerRequest(
      {
        url: `${CONTENT_BASE_URL}${path}`,
        method: 'GET',
        headers: { cookie },
        clientIp: '203.0.113.7',
      },
      {
        now: this.clock.now(),
        trustedKeys: new Map([[KEY_PAIR_ID, trusted]]),
        switches: DEFAULT_SWITCHES,
      },
    ).allowed;
  }
}

/** Parses a `Set-Cookie` value to name, value and attributes. */
export function readSetCookie(setCookie: string): {
  name: string;
  value: string;
  attributes: Record<string, string>;
} {
  const [pair = '', ...rest] = setCookie.split('; ');
  const equals = pair.indexOf('=');
  const attributes = rest.map((attribute): [string, string] => {
    const [name = '', value = ''] = attribute.split('=');
    return [name, value];
  });
  return {
    name: pair.slice(0, equals),
    value: pair.slice(equals + 1),
    attributes: Object.fromEntries(attributes),
  };
}
