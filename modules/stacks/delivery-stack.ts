import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { type TerraformProvider, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '#configuration/environment';
import { siteOf } from '#configuration/site';
import { ContentStore } from '../content/content-store';
import { ApiOriginRequestPolicy } from '../edge/api-origin-request-policy';
import { ContentCachePolicy } from '../edge/content-cache-policy';
import { ContentDistribution } from '../edge/content-distribution';
import { ContentDomain } from '../edge/content-domain';
import { ContentResponseHeaders } from '../edge/content-response-headers';
import { OriginAccess } from '../edge/origin-access';
import { OriginSecret } from '../edge/origin-secret';
import { ViewerGuard } from '../edge/viewer-guard';
import { WebAcl } from '../edge/web-acl';
import { HttpApi } from '../functions/http-api';
import {
  SessionFunction,
  sessionFunctionName,
  type SigningSlot,
} from '../functions/session-function';
import { AccessLogDelivery } from '../logs/access-log-delivery';
import { IssuedGrantDelivery } from '../logs/issued-grant-delivery';
import { LogStores } from '../logs/log-stores';
import { AlarmTopic } from '../operations/alarm-topic';
import { DeliveryAlarms } from '../operations/delivery-alarms';
import { DeliveryOutputs } from '../operations/delivery-outputs';
import { DeploymentParameter } from '../operations/deployment-parameter';
import { keptResources } from '../operations/kept-resources';
import { KeyWatch } from '../signing/key-watch';
import { SigningKey } from '../signing/signing-key';
import { TrustedKeyGroup } from '../signing/trusted-key-group';
import { Account } from '../synthesis/account';
import { applyEmulatorDifferences } from '../synthesis/emulator-differences';
import { type ResourceOwner, roleArn } from '../synthesis/resource-names';
import { useStateBackend } from '../synthesis/state-backend';

/** Where CloudFront's certificates, web ACLs and metrics are. */
const EDGE_REGION = 'us-east-1';

/** What `DeliveryStack` is made from. */
export interface DeliveryStackProps {
  readonly environment: Environment;
  /** Becomes `settings.json` of the session function. */
  readonly sessionSettings: unknown;
  /** Absolute path of the folder with one folder per built function. */
  readonly functionsFolder: string;
  /** Absolute path of the folder for local state files. */
  readonly stateFolder: string;
  /** Endpoints of the emulator, for target `emulator`. @default - none */
  readonly endpointVariables?: Readonly<Record<string, string>>;
}

/** What the request path is made of, by the time everything that is only reported is added. */
interface DeliveryParts {
  readonly logs: LogStores;
  readonly store: ContentStore;
  readonly slots: readonly SigningSlot[];
  readonly keyGroup: TrustedKeyGroup;
  readonly api: HttpApi;
  readonly guard: ViewerGuard;
  readonly distribution: ContentDistribution;
  readonly session: SessionFunction;
  readonly contentBaseUrl: string;
}

/**
 * Everything that serves content. Composition only, in the order that has no cycle: the API names nobody,
 * the distribution names the API, the function may name the distribution, the route comes last.
 */
export class DeliveryStack extends TerraformStack {
  readonly #props: DeliveryStackProps;
  readonly #environment: Environment;
  readonly #owner: ResourceOwner;
  readonly #homeProvider: TerraformProvider;
  readonly #edgeProvider: TerraformProvider;

  constructor(scope: Construct, id: string, props: DeliveryStackProps) {
    super(scope, id);
    const { environment } = props;
    this.#props = props;
    this.#environment = environment;
    useStateBackend(this, { ...environment.state, folder: props.stateFolder });
    const defaultTags = [{ tags: environment.tags }];
    this.#homeProvider = new AwsProvider(this, 'aws', { region: environment.region, defaultTags });
    const edge = { region: EDGE_REGION, alias: 'edge', defaultTags };
    this.#edgeProvider = new AwsProvider(this, 'aws-edge', edge);
    this.#owner = {
      environmentName: environment.name,
      region: environment.region,
      accountId: new Account(this, 'account').accountId,
    };
    const parts = this.#createRequestPath();
    this.#deliverLogs(parts);
    this.#createAlarms(parts);
    this.#report(parts);
    this.#applyTarget();
  }

  #createRequestPath(): DeliveryParts {
    const { logs, retention, content } = this.#environment;
    const logStores = new LogStores(this, {
      ...this.#owner,
      retention,
      logs,
      providerVersion: this.#homeProvider.terraformGeneratorMetadata?.providerVersion,
    });
    const store = new ContentStore(this, 'content', { ...this.#owner, ...content, retention });
    const slots = this.#createSigningSlots();
    const keyGroup = new TrustedKeyGroup(this, 'key-group', {
      ...this.#owner,
      signingKeys: slots.map(({ signingKey }) => signingKey),
    });
    const api = new HttpApi(this, 'api', {
      ...this.#owner,
      retention,
      logRetentionDays: logs.functionRetentionDays,
    });
    const guard = new ViewerGuard(this, 'viewer-guard', {
      ...this.#owner,
      bundlePath: `${this.#props.functionsFolder}/viewer-guard/viewer-guard.js`,
    });
    const secret = new OriginSecret(this, 'origin-secret', {
      sentSlot: this.#environment.edge.originSecretSlot,
    });
    const distribution = this.#createDistribution({
      logs: logStores,
      store,
      keyGroup,
      api,
      guard,
      secret,
    });
    const contentBaseUrl = this.#knownBaseUrl ?? `https://${distribution.distributionDomainName}`;
    const session = this.#createSession({ slots, secret, contentBaseUrl });
    api.route('session', session);
    return {
      logs: logStores,
      store,
      slots,
      keyGroup,
      api,
      guard,
      distribution,
      session,
      contentBaseUrl,
    };
  }

  #createSigningSlots(): SigningSlot[] {
    const signerRoleArn = roleArn(this.#owner, sessionFunctionName(this.#owner.environmentName));
    return Object.entries(this.#environment.signingKeys).map(([slot, { state, keySpec }]) => ({
      state,
      signingKey: new SigningKey(this, `signing-key-${slot}`, {
        ...this.#owner,
        slot,
        keySpec,
        signerRoleArn,
        retention: this.#environment.retention,
      }),
    }));
  }

  #createDistribution(
    parts: Pick<DeliveryParts, 'logs' | 'store' | 'keyGroup' | 'api' | 'guard'> & {
      secret: OriginSecret;
    },
  ): ContentDistribution {
    const { environmentName } = this.#owner;
    const { edge, publicPrefix } = this.#environment;
    const domain = this.#createDomain();
    const webAclArn = this.#createWebAcl();
    const distribution = new ContentDistribution(this, 'distribution', {
      environmentName,
      bucket: parts.store.bucket,
      originAccessControlId: new OriginAccess(this, 'origin-access', { environmentName })
        .originAccessControlId,
      apiHost: parts.api.endpointHost,
      originSecret: parts.secret.sentValue,
      keyGroupId: parts.keyGroup.keyGroupId,
      viewerGuardArn: parts.guard.functionArn,
      contentCachePolicyId: new ContentCachePolicy(this, 'content-cache', { environmentName })
        .cachePolicyId,
      apiOriginRequestPolicyId: new ApiOriginRequestPolicy(this, 'api-request', { environmentName })
        .originRequestPolicyId,
      tenantHeadersPolicyId: this.#createHeaders('tenant'),
      userHeadersPolicyId: this.#createHeaders('user'),
      priceClass: edge.priceClass,
      ipv6: edge.ipv6,
      ...(publicPrefix && { publicHeadersPolicyId: this.#createHeaders('public') }),
      ...(domain && { alias: { name: domain.name, certificateArn: domain.certificateArn } }),
      ...(webAclArn !== undefined && { webAclArn }),
      ...parts.logs.distributionLogs,
    });
    parts.store.allowDistribution({
      distributionArn: distribution.distributionArn,
      publicPrefix,
    });
    domain?.pointAt({
      domainName: distribution.distributionDomainName,
      hostedZoneId: distribution.distributionHostedZoneId,
      ipv6: edge.ipv6,
    });
    return distribution;
  }

  #createHeaders(part: 'tenant' | 'user' | 'public'): string {
    const { appOrigins } = this.#environment;
    const base = this.#knownBaseUrl;
    return new ContentResponseHeaders(this, `${part}-headers`, {
      environmentName: this.#owner.environmentName,
      part,
      appOrigins,
      crossSite: appOrigins.some((origin) => base === undefined || siteOf(origin) !== siteOf(base)),
    }).responseHeadersPolicyId;
  }

  #createDomain(): ContentDomain | undefined {
    const { contentHost } = this.#environment;
    if (contentHost?.name === undefined) return undefined;
    const { name: hostName, ...certificate } = contentHost;
    const edgeProvider = this.#edgeProvider;
    return new ContentDomain(this, 'domain', { hostName, edgeProvider, ...certificate });
  }

  #createWebAcl(): string | undefined {
    const { webAcl } = this.#environment;
    if (webAcl === undefined || webAcl.arn !== undefined) return webAcl?.arn;
    return new WebAcl(this, 'web-acl', {
      ...this.#owner,
      ...webAcl,
      edgeProvider: this.#edgeProvider,
    }).webAclArn;
  }

  #createSession(
    parts: Pick<DeliveryParts, 'slots' | 'contentBaseUrl'> & { secret: OriginSecret },
  ): SessionFunction {
    const { logs, retention } = this.#environment;
    return new SessionFunction(this, 'session', {
      ...this.#owner,
      retention,
      bundlePath: `${this.#props.functionsFolder}/session`,
      settings: this.#props.sessionSettings,
      contentBaseUrl: parts.contentBaseUrl,
      signingSlots: parts.slots,
      originSecrets: parts.secret.acceptedValues,
      logRetentionDays: logs.functionRetentionDays,
      issuedGrantRetentionDays: logs.issuedGrantRetentionDays,
    });
  }

  #deliverLogs({ distribution, logs, session }: DeliveryParts): void {
    const delivery = new AccessLogDelivery(this, 'access-logs', {
      environmentName: this.#owner.environmentName,
      distributionArn: distribution.distributionArn,
      edgeProvider: this.#edgeProvider,
    });
    delivery.deliverTraffic(logs.bucket);
    if (logs.evidence !== undefined) delivery.deliverEvidence(logs.evidence);
    new IssuedGrantDelivery(this, 'issued-grants', {
      ...this.#owner,
      logGroupName: session.issuedGrantsLogGroupName,
      bucketArn: logs.bucket.bucketArn,
    });
  }

  #createAlarms({ api, distribution, session, slots, store, logs }: DeliveryParts): void {
    const { alarms } = this.#environment;
    if (alarms === undefined) return;
    const topicArn = alarms.topicArn ?? this.#createTopic('alarms', alarms.emails);
    const edgeTopicArn =
      alarms.edgeTopicArn ?? this.#createTopic('edge-alarms', alarms.emails, this.#edgeProvider);
    const { refusalRatePercent } = alarms;
    new DeliveryAlarms(this, 'delivery-alarms', {
      ...this.#owner,
      functionName: session.functionName,
      apiId: api.apiId,
      distributionId: distribution.distributionId,
      edgeProvider: this.#edgeProvider,
      topicArn,
      edgeTopicArn,
      ...(refusalRatePercent !== undefined && { refusalRatePercent }),
    });
    const signingKeyArns = slots.map(({ signingKey }) => signingKey.kmsKeyArn);
    // Without its key no content can be read; with another policy of its key, evidence can be.
    const kmsKeyArns = [
      ...signingKeyArns,
      ...(store.ownKeyArn === undefined ? [] : [store.ownKeyArn]),
      ...(logs.evidence === undefined ? [] : [logs.evidence.keyArn]),
    ];
    new KeyWatch(this, 'key-watch', { ...this.#owner, kmsKeyArns, topicArn });
  }

  #createTopic(id: string, emails: readonly string[] = [], provider?: TerraformProvider): string {
    return new AlarmTopic(this, `${id}-topic`, {
      name: `${this.#owner.environmentName}-${id}`,
      accountId: this.#owner.accountId,
      emails,
      // Key changes are told in the home region only.
      takesEvents: provider === undefined,
      ...(provider && { provider }),
    }).topicArn;
  }

  #report(parts: DeliveryParts): void {
    const { environmentName } = this.#owner;
    const { contentBaseUrl, store, distribution } = parts;
    const record = new DeploymentParameter(this, 'deployment', {
      environmentName,
      record: this.#describe(parts),
    });
    new DeliveryOutputs(this, 'outputs', {
      contentBaseUrl,
      distributionDomainName: distribution.distributionDomainName,
      deploymentParameterName: record.parameterName,
      requiredStatements: store.requiredStatements,
      keptOnDestroy: keptResources(this),
    });
  }

  #describe(parts: DeliveryParts): ConstructorParameters<typeof DeploymentParameter>[2]['record'] {
    const { distribution, store, logs, api, session, guard } = parts;
    const { target, appOrigins } = this.#environment;
    return {
      version: 1,
      environment: this.#owner.environmentName,
      target,
      region: this.#owner.region,
      accountId: this.#owner.accountId,
      contentBaseUrl: parts.contentBaseUrl,
      distribution: {
        id: distribution.distributionId,
        arn: distribution.distributionArn,
        domainName: distribution.distributionDomainName,
      },
      keyGroupId: parts.keyGroup.keyGroupId,
      signingSlots: parts.slots.map(({ signingKey, state }) => ({
        slot: signingKey.slot,
        state,
        custody: 'kms',
        keyPairId: signingKey.publicKeyId,
        kmsKeyId: signingKey.kmsKeyId,
      })),
      buckets: {
        content: {
          name: store.bucket.bucketName,
          regionalDomainName: store.bucket.bucketRegionalDomainName,
          arn: store.bucket.bucketArn,
        },
        logs: { name: logs.bucket.bucketName, arn: logs.bucket.bucketArn },
      },
      api: { id: api.apiId, endpointHost: api.endpointHost },
      functions: { session: session.functionName, viewerGuard: guard.functionName },
      logGroups: { session: session.logGroupName, issuedGrants: session.issuedGrantsLogGroupName },
      logs: logs.description,
      appOrigins,
    };
  }

  #applyTarget(): void {
    const localBaseUrl = this.#environment.contentHost?.localBaseUrl;
    if (this.#environment.target !== 'emulator' || localBaseUrl === undefined) return;
    const { endpointVariables = {} } = this.#props;
    applyEmulatorDifferences(this, { localBaseUrl, endpointVariables });
  }

  /** Base URL of content, unless only the distribution itself will know it. */
  get #knownBaseUrl(): string | undefined {
    const { contentHost } = this.#environment;
    if (contentHost?.name !== undefined) return `https://${contentHost.name}`;
    return contentHost?.localBaseUrl;
  }
}
