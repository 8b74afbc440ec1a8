import type { Construct } from 'constructs';
import type { FunctionSettings } from '#configuration/function-settings';
import { ContentStore } from '../content/content-store';
import { ContentEdge } from '../edge/content-edge';
import { FilesFunction, filesRoleArn } from '../functions/files-function';
import { HttpApi } from '../functions/http-api';
import { SessionFunction, sessionRoleArn } from '../functions/session-function';
import type { SigningFunctionProps } from '../functions/signing-function';
import { AccessLogs } from '../logs/access-logs';
import { DeploymentReport } from '../operations/deployment-report';
import { Operations } from '../operations/operations';
import { SigningKeys } from '../signing/signing-keys';
import { EDGE_PLACE } from '../synthesis/edge-place';
import { EnvironmentClaim } from '../synthesis/environment-claim';
import { EnvironmentGuard } from '../synthesis/environment-guard';
import { EnvironmentStack, type EnvironmentStackProps } from './environment-stack';

/** What `DeliveryStack` is made from. */
export interface DeliveryStackProps extends EnvironmentStackProps {
  /** Settings of the functions of the API, from `buildSessionSettings`. */
  readonly sessionSettings: FunctionSettings;
  /** Absolute path of the folder that holds one folder for each built function. */
  readonly functionsFolder: string;
}

interface SigningParts {
  readonly edge: ContentEdge;
  readonly signing: SigningKeys;
}

/**
 * Everything that serves content. The order avoids a cycle: the API refers to nothing, the
 * distribution
 * refers to the API, the function refers to the distribution, and the route is added last.
 *
 * @example
 * new DeliveryStack(app, 'production-delivery', {
 *   environment,
 *   sessionSettings,
 *   functionsFolder: '/app/dist/functions',
 *   stateFolder: '/app/.edgepass/state',
 * });
 */
export class DeliveryStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, props: DeliveryStackProps) {
    super(scope, id, props);
    const { environment, owner } = this;
    const edgeProvider = this.createProvider('aws-edge', EDGE_PLACE);
    new EnvironmentGuard(this, 'guard', { environment });
    const claim = new EnvironmentClaim(this, 'claim', { ...owner, edgeProvider });
    const accessLogs = this.#createAccessLogs();
    const store = new ContentStore(this, 'content', {
      ...owner,
      ...environment.content,
      retention: environment.retention,
    });
    const signing = this.#createSigningKeys();
    const api = this.#createApi();
    const edge = new ContentEdge(this, 'edge', {
      ...environment.edge,
      ...accessLogs.distributionLogs,
      environmentName: owner.environmentName,
      store,
      keyGroup: signing.keyGroup,
      api,
      viewerGuardPath: `${props.functionsFolder}/viewer-guard/viewer-guard.js`,
      appOrigins: environment.appOrigins,
      edgeProvider,
      publicPrefix: environment.publicPrefix,
      ...(environment.contentHost && { contentHost: environment.contentHost }),
      ...(environment.webAcl && { webAcl: environment.webAcl }),
    });
    const session = this.#createSession(props, { edge, signing });
    api.route('session', session);
    const files = this.#createFiles(props, { edge, signing, session, store });
    api.route('files', files);
    accessLogs.deliver({
      distribution: edge.distribution,
      issuedGrants: session.issuedGrants,
      edgeProvider,
      webAcl: { arn: edge.ownWebAclArn, logs: environment.webAcl?.logs },
    });
    const parts = { accessLogs, store, signing, api, edge, session, files };
    if (environment.alarms !== undefined) {
      const { alarms } = environment;
      const { distribution } = edge;
      new Operations(this, 'operations', {
        ...owner,
        ...parts,
        alarms,
        claim,
        distribution,
        edgeProvider,
      });
    }
    new DeploymentReport(this, 'deployment', { environment, owner, ...parts });
  }

  #createAccessLogs(): AccessLogs {
    return new AccessLogs(this, 'logs', {
      ...this.owner,
      retention: this.environment.retention,
      logs: this.environment.logs,
      providerVersion: this.homeProvider.terraformGeneratorMetadata?.providerVersion,
    });
  }

  #createSigningKeys(): SigningKeys {
    return new SigningKeys(this, 'signing', {
      ...this.owner,
      slots: this.environment.signingKeys,
      retiredSlots: this.environment.retired?.signingKeys ?? {},
      signerRoleArns: [sessionRoleArn(this.owner), filesRoleArn(this.owner)],
      retention: this.environment.retention,
    });
  }

  #createApi(): HttpApi {
    return new HttpApi(this, 'api', {
      environmentName: this.owner.environmentName,
      retention: this.environment.retention,
      logRetentionDays: this.environment.logs.functionRetentionDays,
    });
  }

  #createSession(props: DeliveryStackProps, parts: SigningParts): SessionFunction {
    const reservedConcurrency = this.environment.functions?.session?.reservedConcurrency;
    return new SessionFunction(this, 'session', {
      ...this.#signingFunction(props, 'session', parts),
      ...(reservedConcurrency !== undefined && { reservedConcurrency }),
      issuedGrantRetentionDays: this.environment.logs.issuedGrantRetentionDays,
    });
  }

  #createFiles(
    props: DeliveryStackProps,
    parts: SigningParts & { readonly session: SessionFunction; readonly store: ContentStore },
  ): FilesFunction {
    return new FilesFunction(this, 'files', {
      ...this.#signingFunction(props, 'files', parts),
      bucket: parts.store.bucket,
      distribution: parts.edge.distribution,
      issuedGrants: parts.session.issuedGrants,
    });
  }

  #signingFunction(
    props: DeliveryStackProps,
    folder: string,
    { edge, signing }: SigningParts,
  ): SigningFunctionProps {
    return {
      environmentName: this.owner.environmentName,
      retention: this.environment.retention,
      bundlePath: `${props.functionsFolder}/${folder}`,
      settings: props.sessionSettings,
      contentBaseUrl: edge.contentBaseUrl,
      signingSlots: signing.slots,
      originSecret: edge.originSecret,
      logRetentionDays: this.environment.logs.functionRetentionDays,
    };
  }
}
