import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { S3Client } from '@aws-sdk/client-s3';
import { Secret } from '#core/secret';
import { parseContentBaseUrl } from '#core/signing/content-base-url';
import { parseTrustedPublicKey } from '#core/verification/trusted-key';
import { DEFAULT_SWITCHES, verifyViewerRequest } from '#core/verification/verify-viewer-request';
import { createKmsSigner } from '#custody/kms-signer';
import { createFilesApp } from '#lambdas/files/app';
import { createContentRemover } from '#lambdas/files/removal';
import { createCloudWatchGrantLog } from '#lambdas/http/grant-log';
import { invoke, type Started } from '#lambdas/http/invoke';
import { createVerifier } from '#lambdas/http/verifier';
import { MemoryRegistry } from '#test/support/memory-registry';
import {
  FakeClock,
  FakeIdentityProvider,
  makeToken,
  plainClaims,
} from '../../access-token/token-factory';
import { type FakeKms, KMS_KEY_ID } from '../../custody/fake-kms';
import {
  type Answer,
  type BenchOptions,
  buildEvent,
  buildSettings,
  type Call,
  CONTENT_BASE_URL,
  FakeLogs,
  issuerKey,
  KEY_PAIR_ID,
  kmsByAlgorithm,
  ORIGIN_SECRETS,
  readResult,
  RecordedTelemetry,
} from '../session/session-bench';

/** Answers the calls of an AWS client, and remembers them. */
export class FakeAws {
  readonly calls: { name: string; input: Record<string, unknown> }[] = [];
  respond: (name: string) => object = () => ({});

  get client(): Pick<S3Client, 'send'> & Pick<CloudFrontClient, 'send'> {
    const send = async (command: { input: Record<string, unknown> }): Promise<object> => {
      const name = command.constructor.name;
      this.calls.push({ name, input: command.input });
      await Promise.resolve();
      return this.respond(name);
    };
    return { send };
  }
}

/** The real application of the files function. Everything around it is replaced by test doubles. */
export class FilesBench {
  readonly clock = new FakeClock();
  readonly telemetry = new RecordedTelemetry();
  readonly logs = new FakeLogs();
  readonly registry = new MemoryRegistry();
  readonly s3 = new FakeAws();
  readonly cloudFront = new FakeAws();
  readonly waits: number[] = [];
  readonly kms: FakeKms = kmsByAlgorithm.ECDSA_SHA_256;
  readonly #started: Promise<Started>;

  constructor(options: BenchOptions = {}) {
    this.kms.commands.length = 0;
    this.kms.distort = (answer) => answer;
    this.cloudFront.respond = () => ({ Invalidation: { Id: 'I1', Status: 'Completed' } });
    this.#started = this.#start(options);
  }

  async #start(options: BenchOptions): Promise<Started> {
    const settings = buildSettings(options);
    const { fetch } = new FakeIdentityProvider(issuerKey);
    const { clock, telemetry, registry } = this;
    const verifier = await createVerifier(settings, { fetch, clock });
    const app = createFilesApp({
      ...{ settings, verifier, registry, clock, telemetry },
      originSecrets: ORIGIN_SECRETS.map((secret) => new Secret(secret)),
      urlIssuer: {
        contentBaseUrl: parseContentBaseUrl(CONTENT_BASE_URL),
        signer: createKmsSigner({
          ...{ client: this.kms.client, keyPairId: KEY_PAIR_ID, kmsKeyId: KMS_KEY_ID },
          algorithm: 'ECDSA_SHA_256',
        }),
        grantLog: createCloudWatchGrantLog({
          ...{ client: this.logs.client, logGroupName: 'g', logStreamName: 's' },
        }),
        settings,
      },
      remover: createContentRemover({
        ...{ s3Client: this.s3.client, cloudFrontClient: this.cloudFront.client },
        ...{ bucket: 'content', distributionId: 'E1' },
        wait: (milliseconds) => {
          this.waits.push(milliseconds);
          return Promise.resolve();
        },
      }),
    });
    return { ok: true, value: app };
  }

  async call(call: Call = {}): Promise<Answer> {
    const event = buildEvent({ method: 'GET', path: '/api/files', ...call }, (claims) =>
      makeToken(issuerKey, plainClaims(claims)),
    );
    const invocation = { event, requestId: 'request-1' };
    return readResult(await invoke(invocation, await this.#started, this.telemetry));
  }

  /** The fields of every refused file in the log, in order. */
  get refusedFiles(): Record<string, unknown>[] {
    return this.telemetry.lines
      .filter(({ level, message }) => level === 'warn' && message === 'file-access-refused')
      .map(({ fields }) => ({ ...fields }));
  }

  /** The issuance records of every answer. */
  get records(): Record<string, unknown>[][] {
    return this.logs.records;
  }

  /** Whether the edge would open a URL, by the project's own verification. */
  opens(url: string): boolean {
    const trusted = parseTrustedPublicKey(this.kms.publicKeyPem, { allowTestKeySizes: false });
    return verifyViewerRequest(
      { url, method: 'GET', headers: {}, clientIp: '203.0.113.7' },
      {
        now: this.clock.now(),
        trustedKeys: new Map([[KEY_PAIR_ID, trusted]]),
        switches: DEFAULT_SWITCHES,
      },
    ).allowed;
  }
}
