import { Readable, Writable } from 'node:stream';
import type { CommandContext } from '#cli/context';
import type { DeployedEnvironment } from '#cli/deployed-environment';
import type { DeploymentRecord } from '#configuration/deployment-record';
import { loadEnvironment } from '#configuration/load-environment';
import { epochSeconds } from '#core/clock';

export const NOW = epochSeconds(1_767_290_000);
export const KMS_KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';

class Text extends Writable {
  text = '';
  /** As a terminal says how wide it is. */
  columns?: number;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

/** A context whose outputs are texts. */
export function makeContext(processEnvironment: Record<string, string> = {}): {
  readonly context: CommandContext;
  readonly printed: () => string;
  readonly complaints: () => string;
  /** Makes the output a terminal. */
  readonly setWidth: (columns: number) => void;
} {
  const [output, errorOutput] = [new Text(), new Text()];
  const context: CommandContext = {
    root: process.cwd(),
    processEnvironment,
    clock: { now: () => NOW },
    nowMilliseconds: () => NOW * 1_000,
    input: Readable.from([]),
    output,
    errorOutput,
  };
  return {
    context,
    printed: () => output.text,
    complaints: () => errorOutput.text,
    setWidth: (columns) => {
      output.columns = columns;
    },
  };
}

export const DEPLOYMENT: DeploymentRecord = {
  version: 1,
  environment: 'example',
  target: 'aws',
  region: 'eu-central-1',
  accountId: '111122223333',
  contentBaseUrl: 'https://media.example.com',
  distribution: {
    id: 'E1EXAMPLE',
    arn: 'arn:aws:cloudfront::111122223333:distribution/E1EXAMPLE',
    domainName: 'd111111abcdef8.cloudfront.net',
  },
  keyGroupId: 'kg-1',
  signingSlots: [
    { slot: 'a', state: 'active', custody: 'kms', keyPairId: 'K2JCJMDEHXQW5F', kmsKeyId: KMS_KEY },
  ],
  buckets: {
    content: {
      name: 'content-bucket',
      regionalDomainName: 'content-bucket.s3.eu-central-1.amazonaws.com',
      arn: 'arn:aws:s3:::content-bucket',
    },
    logs: { name: 'logs-bucket', arn: 'arn:aws:s3:::logs-bucket' },
  },
  api: { id: 'api1', endpointHost: 'api1.execute-api.eu-central-1.amazonaws.com' },
  functions: { session: 'edgepass-example-session', viewerGuard: 'edgepass-example-viewer-guard' },
  logGroups: {
    session: '/aws/lambda/edgepass-example-session',
    issuedGrants: '/edgepass/example/grants',
  },
  logs: {
    traffic: { bucket: 'logs-bucket', prefix: 'traffic/' },
    issuedGrants: { bucket: 'logs-bucket', prefix: 'issued-grants/' },
    database: 'edgepass_example_logs',
    workgroup: 'edgepass-example-analysts',
  },
  appOrigins: ['https://app.example.com'],
};

/** Answers of AWS by the name of the command, e.g. `GetBucketPolicyCommand`. An Error is thrown. */
export type Answers = Readonly<Record<string, unknown>>;

function fakeClient(answers: Answers): { send: (command: object) => Promise<unknown> } {
  return {
    send: (command) => {
      const answer = answers[command.constructor.name];
      return answer instanceof Error || answer === undefined
        ? Promise.reject(answer instanceof Error ? answer : new Error('not asked for'))
        : Promise.resolve(answer);
    },
  };
}

/** The example environment as if it were deployed, with AWS answering as given. */
export function makeDeployed(
  answers: Answers,
  change: Partial<DeployedEnvironment> = {},
): DeployedEnvironment {
  const client = fakeClient(answers);
  return {
    ...loadEnvironment({ selection: 'example', projectFolder: process.cwd() }),
    deployment: DEPLOYMENT,
    clients: { s3: client, ssm: client, kms: client, cloudFront: client } as never,
    variables: {},
    ...change,
  };
}
