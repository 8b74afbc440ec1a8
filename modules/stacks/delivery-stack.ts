import type { Construct } from 'constructs';
import type { FunctionSettings } from '#configuration/function-settings';
import { ContentStore } from '../content/content-store';
import { ContentEdge } from '../edge/content-edge';
import { FilesFunction, filesRoleArn } from '../functions/files-function';
import { HttpApi } from '../functions/http-api';
import { SessionFunction, sessionRoleArn } from '../functions/session-function';
import { describeSigningFunction } from '../functions/signing-function';
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

/**
 * Everything that serves content. The order avoids a cycle: the API refers to nothing, the
 * distribution refers to the API, the functions refer to the distribution, and the routes are added
 * last.
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
    const { functionsFolder, sessionSettings: settings } = props;
    const shared = { environment, functionsFolder, settings, edge, signing };
    const session = new SessionFunction(this, 'session', {
      ...describeSigningFunction('session', shared),
      ...environment.functions?.session,
      issuedGrantRetentionDays: environment.logs.issuedGrantRetentionDays,
    });
    api.route('session', session);
    const files = new FilesFunction(this, 'files', {
      ...describeSigningFunction('files', shared),
      bucket: store.bucket,
      distribution: edge.distribution,
      issuedGrants: session.issuedGrants,
    });
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
}
