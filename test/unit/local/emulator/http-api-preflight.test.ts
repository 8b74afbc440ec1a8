import {
  type ApiFunctions,
  invokePreflight,
  isMistakenPreflight,
} from '#local/emulator/http-api-preflight';

const REQUEST = {
  apiId: 'abc123',
  rawPath: '/api/session',
  rawQuery: 'a=1',
  headers: { origin: 'https://app.example.com', 'x-forwarded-for': '198.51.100.1, 203.0.113.7' },
};
const URI =
  'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:000000000000:function:session/invocations';

function functions(
  answer: string,
  uri: string | undefined = URI,
): ApiFunctions & { seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    readIntegrationUri: () => Promise.resolve(uri),
    invoke: (functionArn, payload) => {
      seen.push(functionArn, payload);
      return Promise.resolve(answer);
    },
  };
}

describe('OPTIONS at an HTTP API of the emulator', () => {
  it("is recognised by the emulator's own words alone", () => {
    const mistaken = Buffer.from('{"message":"CORS not configured"}');

    expect(isMistakenPreflight('OPTIONS', 403, mistaken)).toBe(true);
    expect(isMistakenPreflight('GET', 403, mistaken)).toBe(false);
    expect(isMistakenPreflight('OPTIONS', 200, mistaken)).toBe(false);
    expect(isMistakenPreflight('OPTIONS', 403, Buffer.from('Forbidden'))).toBe(false);
  });

  it('goes to the deployed function as payload 2.0, with the headers that the origin would get', async () => {
    const deployed = functions('{"statusCode":204,"headers":{"vary":"Origin"},"body":""}');
    const answer = await invokePreflight(REQUEST, {}, deployed);
    const [functionArn, payload = ''] = deployed.seen;

    expect(answer).toEqual({ status: 204, headers: { vary: 'Origin' }, body: Buffer.alloc(0) });
    expect(functionArn).toBe('arn:aws:lambda:eu-central-1:000000000000:function:session');
    expect(JSON.parse(payload)).toMatchObject({
      version: '2.0',
      rawPath: '/api/session',
      rawQueryString: 'a=1',
      headers: REQUEST.headers,
      requestContext: { http: { method: 'OPTIONS', sourceIp: '203.0.113.7' } },
    });
  });

  it('is a 502 when the function failed, and an error when there is no function', async () => {
    expect(
      await invokePreflight(REQUEST, {}, functions('{"errorMessage":"broken"}')),
    ).toMatchObject({
      status: 502,
    });
    await expect(invokePreflight(REQUEST, {}, functions('', 'https://elsewhere'))).rejects.toThrow(
      'HTTP API abc123 has no function behind it',
    );
  });
});
