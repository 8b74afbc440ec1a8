import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { resolveIssuer } from '#access-token/presets';
import { isUnambiguousPath } from '#core/tenancy/path-hygiene';

interface Built {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly inputs: readonly string[];
}

const BUILD = pathToFileURL(path.resolve('lambdas/build-functions.mjs')).href;
const folder = mkdtempSync(path.join(tmpdir(), 'edgepass-functions-'));

/** Runs a script without environment variables and returns its output from both streams. */
function runNode(script: string, ...parameters: readonly string[]): string {
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script, ...parameters], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], AWS_REGION: 'eu-central-1' },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stderr + run.stdout;
}

function build(outputFolder: string): Built[] {
  const script = `const { buildFunctions } = await import(process.argv[1]);
console.log(JSON.stringify(await buildFunctions(process.argv[2])));`;
  return JSON.parse(runNode(script, BUILD, outputFolder)) as Built[];
}

const built = build(folder);
const find = (name: string): Built => {
  const found = built.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} was not built`);
  return found;
};
const session = find('session');
const guard = find('viewer-guard');
const guardText = readFileSync(guard.file, 'utf8');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('all bundles', () => {
  it('the same sources give the same bytes', () => {
    const again = build(path.join(folder, 'again'));

    expect(again.map(({ file }) => readFileSync(file, 'utf8'))).toStrictEqual(
      built.map(({ file }) => readFileSync(file, 'utf8')),
    );
  });

  it.each(['session', 'files', 'viewer-guard'])(
    '%s: no path of this machine, no source map',
    (name) => {
      const text = readFileSync(find(name).file, 'utf8');

      expect(text).not.toContain(path.resolve('.'));
      expect(text).not.toContain('sourceMappingURL');
    },
  );
});

describe.each([
  ['session', 320],
  ['files', 700],
])('%s', (name, kilobytesMax) => {
  const bundle = find(name);
  const text = readFileSync(bundle.file, 'utf8');

  it('K-02: the production bundle holds no signer that reads a PEM', () => {
    expect(bundle.inputs).not.toContain('core/signing/in-memory-signer.ts');
    expect(bundle.inputs).toContain('custody/kms-signer.ts');
    // The words alone are in the bundle, because error messages search for them to hide a pasted
    // secret.
    expect(/-----BEGIN[A-Z ]*PRIVATE KEY-----|createPrivateKey|createSign\b/.test(text)).toBe(
      false,
    );
  });

  it('J-19: nothing in it decodes a token without verifying it, but the one selector', () => {
    expect(bundle.inputs.filter((input) => input.includes('webapi/util/decode_'))).toStrictEqual(
      [],
    );
  });

  it('looks for credentials in the environment only', () => {
    const providers = bundle.inputs.filter((input) =>
      input.includes('node_modules/@aws-sdk/credential-provider-'),
    );

    expect(providers.filter((input) => !input.includes('credential-provider-env'))).toStrictEqual(
      [],
    );
    expect(/AWS_CONTAINER_CREDENTIALS|sso_session|web_identity_token_file/.test(text)).toBe(false);
  });

  it('stays within its budget', () => {
    expect(bundle.bytes).toBeLessThanOrEqual(kilobytesMax * 1024);
  });

  it('uses zod/mini, not the whole of zod', () => {
    expect(bundle.inputs.filter((input) => input.includes('zod/v4/classic'))).toStrictEqual([]);
  });
});

describe('session, running', () => {
  const event = {
    rawPath: '/api/session',
    rawQueryString: '',
    headers: {
      'x-edgepass-origin-secret': '0b8b9a3e-53a5-4c5e-9d6e-5f3a0e9d7c11',
      cookie: `__Secure-edgepass-scopes=/t/acme/:${Math.floor(Date.now() / 1000) + 600}`,
    },
    requestContext: { http: { method: 'DELETE' } },
  };
  const script = `import { createRequire } from 'node:module';
const { handler } = createRequire(import.meta.url)(process.argv[1]);
const context = { awsRequestId: 'r1', functionName: 'f', functionVersion: '1', invokedFunctionArn: 'a', memoryLimitInMB: '128' };
const log = process.stdout.write.bind(process.stdout);
const result = await handler(JSON.parse(process.argv[2]), context);
log('\\nRESULT ' + JSON.stringify(result));`;

  const call = (
    variables: Record<string, string>,
  ): { result: { statusCode: number; cookies: string[] }; log: string } => {
    const output = runNode(
      `Object.assign(process.env, ${JSON.stringify(variables)});${script}`,
      session.file,
      JSON.stringify(event),
    );
    const [log = '', result = ''] = output.split('\nRESULT ');
    return { log, result: JSON.parse(result) as { statusCode: number; cookies: string[] } };
  };

  it('answers 503 and says why in the log when its settings are missing', () => {
    const { result, log } = call({});

    expect(result.statusCode).toBe(503);
    expect(log).toContain('"reason":"not-configured"');
    expect(log).toContain('settings.json');
    expect(log).toMatch(/"Namespace":"Edgepass".*"FailedRequests":1/);
  });

  it('answers a request with settings and variables, without any network', () => {
    const running = path.join(path.dirname(session.file), 'settings.json');
    const issuer = resolveIssuer({
      preset: 'generic',
      issuer: 'https://id.example.com',
      audience: null,
      tenants: { from: 'personal' },
    });
    writeFileSync(
      running,
      JSON.stringify({
        issuers: [issuer],
        pinnedJwks: {},
        appOrigins: [],
        cookies: { sameSite: 'lax' },
        grants: {
          cookieLifetimeSeconds: 900,
          signedUrlLifetimeSeconds: 900,
          signedUrlBatchLifetimeSeconds: 300,
          reuseWindowSeconds: 60,
          shareAcrossSubjects: false,
          capToToken: 'auto',
        },
        allowLoopbackHttp: false,
      }),
    );
    const { result } = call({
      EDGEPASS_CONTENT_BASE_URL: 'https://media.example.com',
      EDGEPASS_SIGNING_SLOTS: JSON.stringify([
        {
          slot: 'a',
          state: 'active',
          custody: 'kms',
          keyPairId: 'K1',
          kmsKeyId: 'k',
          algorithm: 'ECDSA_SHA_256',
        },
      ]),
      EDGEPASS_ORIGIN_SECRETS: JSON.stringify([event.headers['x-edgepass-origin-secret']]),
      EDGEPASS_GRANT_LOG_GROUP: '/edgepass/test/issued-grants',
    });
    rmSync(running);

    expect(result.statusCode).toBe(200);
    expect(result.cookies).toHaveLength(5);
  });
});

describe('viewer-guard', () => {
  it('is one plain function handler(event) within the 10 KB that CloudFront takes', () => {
    expect(guard.bytes).toBeLessThanOrEqual(10 * 1024);
    expect(guardText).toMatch(/function handler\(event\)/);
    const ownText = guardText.replace(/^import cf from"cloudfront";/, '');
    expect(ownText).not.toMatch(/\b(?:export|import|require|process|Buffer)\b/);
  });

  it('uses only syntax that cloudfront-js-2.0 documents', () => {
    const source = ts.createSourceFile('guard.js', guardText, ts.ScriptTarget.ES2022, true);
    const found: string[] = [];
    const refused = new Set([
      ts.SyntaxKind.ClassDeclaration,
      ts.SyntaxKind.ClassExpression,
      ts.SyntaxKind.ObjectBindingPattern,
      ts.SyntaxKind.ArrayBindingPattern,
      ts.SyntaxKind.SpreadElement,
      ts.SyntaxKind.SpreadAssignment,
      ts.SyntaxKind.ForOfStatement,
      ts.SyntaxKind.YieldExpression,
      ts.SyntaxKind.QuestionDotToken,
      ts.SyntaxKind.QuestionQuestionToken,
      ts.SyntaxKind.BigIntLiteral,
      ts.SyntaxKind.PrivateIdentifier,
    ]);
    const visit = (node: ts.Node): void => {
      if (refused.has(node.kind)) found.push(ts.SyntaxKind[node.kind]);
      ts.forEachChild(node, visit);
    };
    visit(source);

    expect(found).toStrictEqual([]);
  });

  it('decides as its source does', () => {
    const file = path.join(folder, 'guard-under-test.cjs');
    copyFileSync(guard.file, file);
    const ownText = guardText.replace(/^import cf from"cloudfront";/, '');
    writeFileSync(file, `${ownText}\nmodule.exports = handler;`);
    const uris = [
      '/t/acme/x',
      '/t/../x',
      '/t/ac%6De/x',
      '//x',
      '/t/acme/%2e%2e/x',
      '/u/a/b/c%20d',
      '',
    ];
    const script = `import { createRequire } from 'node:module';
const handler = createRequire(import.meta.url)(process.argv[1]);
console.log(JSON.stringify(JSON.parse(process.argv[2]).map((uri) => 'uri' in handler({ request: { uri } }))));`;

    expect(JSON.parse(runNode(script, file, JSON.stringify(uris)))).toStrictEqual(
      uris.map((uri) => isUnambiguousPath(uri)),
    );
  });
});
