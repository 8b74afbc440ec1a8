import {
  buildViewerRequestEvent,
  type FunctionOutcome,
  ViewerFunctionRunner,
} from '#local/cloudfront/viewer-function';
import { GUARD, viewerRequest } from './edge-fixture';

const CONTEXT = { distributionId: 'E1', distributionDomainName: 'd1', requestId: 'r1' };

function run(code: string, target = '/t/acme/x'): FunctionOutcome {
  const event = buildViewerRequestEvent(viewerRequest(target), CONTEXT);
  return new ViewerFunctionRunner().run({ name: 'f', code }, event);
}

function bodyOf(expression: string, target?: string): string {
  const outcome = run(
    `function handler(event) { return { statusCode: 200, body: String(${expression}) }; }`,
    target,
  );
  return outcome.kind === 'respond' ? outcome.response.body.toString() : outcome.kind;
}

describe('What a CloudFront Function sees and may do', () => {
  it('sees method, raw path, address and context in the documented event', () => {
    const event = buildViewerRequestEvent(viewerRequest('/t/%2e/x?a=1'), CONTEXT);

    expect(event).toMatchObject({
      version: '1.0',
      context: { ...CONTEXT, eventType: 'viewer-request' },
      viewer: { ip: '203.0.113.7' },
      request: { method: 'GET', uri: '/t/%2e/x', querystring: { a: { value: '1' } } },
    });
  });

  it('sees repeated query parameters and cookies as multiValue, and no cookie among the headers', () => {
    const headers = { cookie: 'a=1; b=2; a=3', 'x-y': 'z' };
    const { request } = buildViewerRequestEvent(
      viewerRequest('/x?q=1&q=&flag&r=a=b', { headers }),
      CONTEXT,
    );

    expect(request.cookies).toEqual({
      a: { value: '3', multiValue: [{ value: '1' }, { value: '3' }] },
      b: { value: '2' },
    });
    expect(request.querystring).toEqual({
      q: { value: '', multiValue: [{ value: '1' }, { value: '' }] },
      flag: { value: '' },
      r: { value: 'a=b' },
    });
    expect(request.headers).toEqual({ 'x-y': { value: 'z' } });
  });

  it('names like __proto__ in headers, cookies and query are values like any other', () => {
    const headers = Object.fromEntries([
      ['__proto__', 'h'],
      ['cookie', '__proto__=c; constructor=d'],
    ]);
    const { request } = buildViewerRequestEvent(
      viewerRequest('/x?__proto__=q', { headers }),
      CONTEXT,
    );

    expect(
      [request.headers, request.cookies, request.querystring].map((part) => Object.keys(part)),
    ).toEqual([['__proto__'], ['__proto__', 'constructor'], ['__proto__']]);
  });

  it('lets a request pass only when the function returns it unchanged', () => {
    const changes = [
      'event.request.uri = "/t/globex/x"',
      'event.request.method = "HEAD"',
      'event.request.querystring.a = { value: "1" }',
      'event.request.headers["x-tenant"] = { value: "globex" }',
      'event.request.cookies = { a: { value: "1" } }',
      'delete event.request.uri',
    ];

    expect(run('function handler(event) { return event.request; }').kind).toBe('continue');
    expect(
      changes.map(
        (change) => run(`function handler(event) { ${change}; return event.request; }`).kind,
      ),
    ).toEqual(changes.map(() => 'failed'));
  });

  it('answers with status, headers and body of the function, base64 included', () => {
    const outcome = run(
      'function handler() { return { statusCode: 418, headers: { "X-A": { value: "b" } }, body: { encoding: "base64", data: "aGk=" } }; }',
    );

    expect(outcome).toEqual({
      kind: 'respond',
      response: { status: 418, headers: { 'x-a': 'b' }, body: Buffer.from('hi') },
    });
  });

  it('refuses an answer that is none', () => {
    const results = [
      '{ statusCode: 99 }',
      '{ statusCode: 600 }',
      '{ statusCode: "200" }',
      '{ statusCode: 200.5 }',
      '{ statusCode: null }',
      '{ statusCode: 200, headers: { a: null } }',
      '{ statusCode: 200, headers: { a: { value: 1 } } }',
      '[]',
      'true',
      'Promise.resolve(event.request)',
    ];
    const outcomes = results.map((result) => run(`function handler(event) { return ${result}; }`));

    expect(outcomes.map(({ kind }) => kind)).toEqual(results.map(() => 'failed'));
  });

  it('reports what a function threw', () => {
    expect(run('function handler() { throw new TypeError("no such tenant"); }')).toEqual({
      kind: 'failed',
      message: 'no such tenant',
    });
    expect(run('function handler() { throw null; }')).toEqual({
      kind: 'failed',
      message: 'the function threw',
    });
  });

  it('stops a function that runs too long, also while it is loaded', () => {
    const runner = new ViewerFunctionRunner(20);
    const event = buildViewerRequestEvent(viewerRequest('/x'), CONTEXT);
    const endless = ['function handler() { while (true) {} }', 'while (true) {}'];

    expect(endless.map((code) => runner.run({ name: 'f', code }, event).kind)).toEqual([
      'failed',
      'failed',
    ]);
  });

  it('keeps a function away from this process', () => {
    const reaches = [
      'typeof process',
      'typeof require',
      'typeof Buffer',
      'typeof setTimeout',
      'typeof fetch',
    ];

    expect(
      reaches.map((expression) => bodyOf(expression)).filter((text) => text !== 'undefined'),
    ).toEqual([]);
    expect(bodyOf('this.constructor.constructor("return process")()')).toBe('failed');
    expect(bodyOf('eval("1")')).toBe('failed');
    expect(bodyOf('new Function("return 1")()')).toBe('failed');
  });

  it('runs the deployed guard as it is bundled', () => {
    expect(run(GUARD.code, '/t/acme/x')).toEqual({ kind: 'continue' });
    expect(run(GUARD.code, '/t/acme/../x')).toMatchObject({
      kind: 'respond',
      response: { status: 403 },
    });
  });

  it('limit: a function gets the language alone (no crypto, no key value store, no async handler); what needs more fails with 503', () => {
    const needs = ['require("crypto")', 'cf.kvs()'];

    expect(
      needs.map((need) => run(`function handler(e) { ${need}; return e.request; }`).kind),
    ).toEqual(needs.map(() => 'failed'));
    expect(run('async function handler(e) { return e.request; }').kind).toBe('failed');
  });

  it('limit: of the cloudfront module it has logCustomData: the last call wins, URL-encoded, 800 bytes at most', () => {
    const log = (statement: string): string | undefined =>
      run(`import cf from "cloudfront"; function handler(e) { ${statement}; return e.request; }`)
        .logData;

    expect(log('cf.logCustomData("a;b"); cf.logCustomData("k=1;s=/t/*")')).toBe(
      'k%3D1%3Bs%3D%2Ft%2F*',
    );
    expect(log('')).toBeUndefined();
    expect(log('cf.logCustomData("x".repeat(800))')).toHaveLength(800);
    expect(log('cf.logCustomData("x".repeat(801))')).toBeUndefined();
    expect(log('cf.logCustomData("\\ud800")')).toBe('%EF%BF%BD');
    expect(log('cf.kvs()')).toBeUndefined();
  });

  it('log data of one request is not in the next', () => {
    const runner = new ViewerFunctionRunner();
    const code =
      'import cf from "cloudfront"; function handler(e) { if (e.request.uri === "/a") cf.logCustomData("a"); return e.request; }';
    const logged = ['/a', '/b'].map(
      (uri) =>
        runner.run({ name: 'f', code }, buildViewerRequestEvent(viewerRequest(uri), CONTEXT))
          .logData,
    );

    expect(logged).toEqual(['a', undefined]);
  });

  it('limit: follows no changed request: a function that rewrites path, query, headers or cookies fails with 503', () => {
    const code = 'function handler(e) { e.request.uri = "/index.html"; return e.request; }';

    expect(run(code)).toEqual({
      kind: 'failed',
      message: 'the function changed the request, or returned neither request nor response',
    });
  });
});
