import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api';
import { Apigatewayv2Integration } from '@cdktf/provider-aws/lib/apigatewayv2-integration';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route';
import { Apigatewayv2Stage } from '@cdktf/provider-aws/lib/apigatewayv2-stage';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { LogGroup } from '../logs/log-group';
import { acceptFindings } from '../synthesis/accepted-findings';
import { resourceName } from '../synthesis/resource-names';

/** Members of the access log. Of the caller's data only method and path are logged. */
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
  /** Prefix of the API's name. */
  readonly environmentName: string;
  /** Days for which access logs are kept; one of the values that CloudWatch Logs allows. */
  readonly logRetentionDays: number;
  /** `keep`: the log group stays when the stack is destroyed. `delete`: it goes. */
  readonly retention: 'keep' | 'delete';
  /** Requests per second, over all callers, above which the API answers 429. @default 100 */
  readonly requestsPerSecondMax?: number;
}

/** A function behind routes of an API. */
export interface ApiFunction {
  /** Name of the Lambda function. */
  readonly functionName: string;
  /** ARN by which API Gateway invokes it. */
  readonly invokeArn: string;
  /** Route keys, e.g. `ANY /api/{proxy+}`. */
  readonly routes: readonly string[];
}

/**
 * The HTTP API that only the distribution should call (S-13). It has no CORS configuration, because
 * API Gateway would then override the answers of the function (C-36). Routes are added after the
 * functions were made: the distribution can then refer to the API, and a function to the
 * distribution.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
 *
 * @example
 * const api = new HttpApi(stack, 'api', {
 *   environmentName: 'production',
 *   logRetentionDays: 90,
 *   retention: 'keep',
 * });
 * api.route('session', sessionFunction);
 */
export class HttpApi extends Construct {
  /** The underlying API. */
  readonly resource: Apigatewayv2Api;
  readonly apiId: string;
  /** Host without scheme; on an emulator with its port. */
  readonly endpointHost: string;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    this.resource = new Apigatewayv2Api(this, 'api', {
      name: resourceName(props.environmentName, 'api'),
      protocolType: 'HTTP',
      description: `${props.environmentName}: called by the distribution`,
    });
    this.apiId = this.resource.id;
    this.endpointHost = Fn.replace(this.resource.apiEndpoint, '/^https?://([^/]*).*/', '$1');
    this.#createStage(props);
  }

  #createStage(props: HttpApiProps): void {
    const accessLog = new LogGroup(this, 'access-log', {
      // Below this prefix AWS adds nothing to the account's one log resource policy, which has a
      // size limit.
      name: `/aws/vendedlogs/${resourceName(props.environmentName, 'api')}`,
      retentionDays: props.logRetentionDays,
      retention: props.retention,
    });
    new Apigatewayv2Stage(this, 'stage', {
      apiId: this.resource.id,
      name: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: accessLog.logGroupArn, format: ACCESS_LOG_FORMAT },
      defaultRouteSettings: {
        throttlingRateLimit: props.requestsPerSecondMax ?? THROTTLE.requestsPerSecond,
        throttlingBurstLimit: THROTTLE.burst,
      },
    });
  }

  /** Adds the routes of a function, and lets the API invoke it. */
  route(id: string, { functionName, invokeArn, routes }: ApiFunction): void {
    const scope = new Construct(this, id);
    const integration = new Apigatewayv2Integration(scope, 'integration', {
      apiId: this.resource.id,
      integrationType: 'AWS_PROXY',
      integrationUri: invokeArn,
      payloadFormatVersion: '2.0',
    });
    for (const [index, routeKey] of routes.entries()) {
      const route = new Apigatewayv2Route(scope, `route-${index}`, {
        apiId: this.resource.id,
        routeKey,
        target: `integrations/${integration.id}`,
      });
      acceptFindings(route, {
        CKV_AWS_309:
          'The function checks the access token, because the rules differ by issuer, and logs a cause for each refusal. Requests without the origin secret are refused before that (S-13).',
      });
    }
    new LambdaPermission(scope, 'permission', {
      action: 'lambda:InvokeFunction',
      functionName,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${this.resource.executionArn}/*/*`,
    });
  }
}
