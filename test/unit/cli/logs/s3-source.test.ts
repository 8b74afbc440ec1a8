import { S3Client } from '@aws-sdk/client-s3';
import { runProgram } from '#cli/program';
import { makeContext } from '../command-fixture';

afterEach(() => {
  jest.restoreAllMocks();
});

function answerWith(answer: () => Promise<object>): void {
  jest.spyOn(S3Client.prototype, 'send').mockImplementation(answer as never);
}

async function ask(): Promise<{ code: number; output: string; complaints: string }> {
  const made = makeContext({ AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
  const window = ['--from', '2026-11-22T10:00:00Z', '--to', '2026-11-22T11:00:00Z'];
  const source = ['--source', 's3://logs-bucket/logs/', '--format', 'json'];
  const code = await runProgram(made.context, ['logs', 'query', 'refusals', ...source, ...window]);
  return { code, output: made.printed(), complaints: made.complaints() };
}

it.each([
  ['nothing', {}],
  ['the folder itself', { Contents: [{ Key: 'logs/' }] }],
])('S3 that lists %s is refused as an empty folder is', async (_what, page) => {
  answerWith(() => Promise.resolve(page));
  const { code, output, complaints } = await ask();

  expect({ code, output }).toEqual({ code: 2, output: '' });
  expect(complaints).toMatch(/^edgepass: --source: .*"s3:\/\/logs-bucket\/logs\/, which is empty"/);
});

it('S3 whose logs are of other hours answers: there was nothing', async () => {
  const page = { Contents: [{ Key: 'logs/2026/11/20/08/E1.2026-11-20-08.a.parquet' }] };
  answerWith(() => Promise.resolve(page));

  expect(await ask()).toMatchObject({ code: 0, output: '[]\n' });
});

it.each([
  ['connect ECONNREFUSED 127.0.0.1:9', /: connect ECONNREFUSED 127\.0\.0\.1:9\n$/],
  ['', /: TypeError\n$/],
])('S3 that does not answer is not reachable, in one line: %j', async (message, shown) => {
  answerWith(() => Promise.reject(new TypeError(message)));
  const { code, complaints } = await ask();

  expect(code).toBe(3);
  expect(complaints).toMatch(/^edgepass: the logs in S3 \(logs-bucket\) cannot be read: [^\n]*\n$/);
  expect(complaints).toMatch(shown);
});
