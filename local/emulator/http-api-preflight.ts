import { ApiGatewayV2Client, GetIntegrationsCommand } from '@aws-sdk/client-apigatewayv2';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientSettings } from '#aws/clients';
import type { ProcessEnvironment } from '#aws/endpoints';

/**
 * MiniStack answers every OPTIONS request to an HTTP API with this text. API Gateway does this only
 * for an API with a CORS configuration; otherwise it passes OPTIONS to the matching route like any
 * other method. See docs/upstream.md.
 */
const MISTAKEN_ANSWER = 'CORS not configured';

/**
 * Returns true if an answer is the emulator's wrong answer to OPTIONS. AWS never gives this answer.
 */
export function isMistakenPreflight(method: string, status: number, body: Buffer): boolean {
  return method === 'OPTIONS' && status === 403 && body.includes(MISTAKEN_ANSWER);
}

/** A request in the form in which the HTTP API passes it on. */
export interface ApiRequest {
  readonly apiId: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface FunctionResult {
  readonly statusCode?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/**
 * The two questions to the emulator: which function an API's integration names, and what that
 * function answers.
 */
export interface ApiFunctions {
  readIntegrationUri(apiId: string): Promise<string | undefined>;
  invoke(functionArn: string, payload: string): Promise<string>;
}

function createApiFunctions(environment: ProcessEnvironment): ApiFunctions {
  const api = new ApiGatewayV2Client(clientSettings(environment, 'APIGATEWAYV2'));
  const lambda = new LambdaClient(clientSettings(environment, 'LAMBDA'));
  return {
    readIntegrationUri: async (apiId) => {
      const { Items = [] } = await api.send(new GetIntegrationsCommand({ ApiId: apiId }));
      return Items[0]?.IntegrationUri;
    },
    invoke: async (functionArn, payload) => {
      const { Payload } = await lambda.send(
        new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(payload) }),
      );
      return Buffer.from(Payload ?? []).toString('utf8');
    },
  };
}

/** Invokes the function behind an HTTP API with an OPTIONS request in payload format 2.0. */
export async function invokePreflight(
  request: ApiRequest,
  environment: ProcessEnvironment,
  functions: ApiFunctions = createApiFunctions(environment),
): Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
  const uri = await functions.readIntegrationUri(request.apiId);
  const arn = /arn:aws:lambda:[^/]+/.exec(uri ?? '')?.[0];
  if (arn === undefined) throw new Error(`HTTP API ${request.apiId} has no function behind it`);
  const payload = await functions.invoke(arn, JSON.stringify(buildEvent(request)));
  const result = JSON.parse(payload) as FunctionResult;
  return {
    status: result.statusCode ?? 502,
    headers: result.headers ?? {},
    body: Buffer.from(result.body ?? ''),
  };
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function buildEvent({ rawPath, rawQuery, headers }: ApiRequest): unknown {
  return {
    version: '2.0',
    routeKey: 'ANY /api/{proxy+}',
    rawPath,
    rawQueryString: rawQuery,
    headers,
    requestContext: {
      http: {
        method: 'OPTIONS',
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: headers['x-forwarded-for']?.split(', ').at(-1),
      },
    },
    isBase64Encoded: false,
  };
}
