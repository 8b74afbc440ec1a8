import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api';
import { Apigatewayv2Integration } from '@cdktf/provider-aws/lib/apigatewayv2-integration';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route';
import { Apigatewayv2Stage } from '@cdktf/provider-aws/lib/apigatewayv2-stage';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { LogGroup } from '../logs/log-group';

/** Members of the access log; nothing a caller sends but method and path, never a header or a query. */
const ACCESS_LOG_FORMAT = JSON.stringify({
  time: '$context.requestTime',
  requestId: '$context.requestId',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLatency: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
});

const THROTTLE = { requestsPerSecond: 100, burst: 200 } as const;

/** What `HttpApi` is made from. */
export interface HttpApiProps {
  readonly environmentName: string;
  readonly logRetentionDays: number;
  readonly retention: 'keep' | 'delete';
  /** @default 100 */
  readonly requestsPerSecondMax?: number;
}

/** A function behind routes of an API. */
export interface ApiFunction {
  readonly functionName: string;
  readonly invokeArn: string;
  /** Route keys, e.g. `ANY /api/{proxy+}`. */
  readonly routes: readonly string[];
}

/**
 * The HTTP API that only the distribution should call (S-13). It has no CORS configuration: the gateway's
 * would override the function's answers (C-36). Routes are added once the functions exist, so that the
 * distribution can name the API and the functions can name the distribution.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
 */
export class HttpApi extends Construct {
  readonly apiId: string;
  /** Host without scheme; on an emulator with its port. */
  readonly endpointHost: string;
  readonly #api: Apigatewayv2Api;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    this.#api = new Apigatewayv2Api(this, 'api', {
      name: `${props.environmentName}-api`,
      protocolType: 'HTTP',
      description: `${props.environmentName}: called by the distribution`,
    });
    this.apiId = this.#api.id;
    this.endpointHost = Fn.replace(this.#api.apiEndpoint, '/^https?://([^/]*).*/', '$1');
    this.#createStage(props);
  }

  #createStage(props: HttpApiProps): void {
    const accessLog = new LogGroup(this, 'access-log', {
      name: `/aws/apigateway/${props.environmentName}-api`,
      retentionDays: props.logRetentionDays,
      retention: props.retention,
    });
    new Apigatewayv2Stage(this, 'stage', {
      apiId: this.#api.id,
      name: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: accessLog.logGroupArn, format: ACCESS_LOG_FORMAT },
      defaultRouteSettings: {
        throttlingRateLimit: props.requestsPerSecondMax ?? THROTTLE.requestsPerSecond,
        throttlingBurstLimit: THROTTLE.burst,
      },
    });
  }

  /** Puts a function behind its routes. */
  route(id: string, { functionName, invokeArn, routes }: ApiFunction): void {
    const scope = new Construct(this, id);
    const integration = new Apigatewayv2Integration(scope, 'integration', {
      apiId: this.#api.id,
      integrationType: 'AWS_PROXY',
      integrationUri: invokeArn,
      payloadFormatVersion: '2.0',
    });
    for (const [index, routeKey] of routes.entries()) {
      new Apigatewayv2Route(scope, `route-${index}`, {
        apiId: this.#api.id,
        routeKey,
        target: `integrations/${integration.id}`,
      });
    }
    new LambdaPermission(scope, 'permission', {
      action: 'lambda:InvokeFunction',
      functionName,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${this.#api.executionArn}/*/*`,
    });
  }
}
