import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import type { Environment } from '#configuration/environment';
import type { ContentStore } from '../content/content-store';
import type { ContentDistribution } from '../edge/content-distribution';
import type { FilesFunction } from '../functions/files-function';
import type { HttpApi } from '../functions/http-api';
import type { SessionFunction } from '../functions/session-function';
import type { AccessLogs } from '../logs/access-logs';
import { KeyWatch } from '../signing/key-watch';
import type { SigningKeys } from '../signing/signing-keys';
import type { EnvironmentClaim } from '../synthesis/environment-claim';
import { resourceName, type ResourceOwner } from '../synthesis/resource-names';
import { AlarmTopic, type AlarmTopicReference, HOME_TOPIC } from './alarm-topic';
import { DeliveryAlarms } from './delivery-alarms';

/** What `Operations` is made from. */
export interface OperationsProps extends ResourceOwner {
  /** The environment's `alarms`: who gets messages, and about how many refusals. */
  readonly alarms: NonNullable<Environment['alarms']>;
  /** Function whose failures and refusals are watched. */
  readonly session: Pick<SessionFunction, 'functionName'>;
  /** Function of the files API, which is watched in the same way. */
  readonly files: Pick<FilesFunction, 'functionName'>;
  /** API whose server errors are watched. */
  readonly api: Pick<HttpApi, 'apiId'>;
  /** Distribution whose server errors and refusals are watched. */
  readonly distribution: Pick<ContentDistribution, 'distributionId'>;
  /** Signing keys; changes of their policy, grants and deletion are watched. */
  readonly signing: Pick<SigningKeys, 'kmsKeyArns'>;
  /** Content; without its key nobody can read it, so the key is watched too. */
  readonly store: Pick<ContentStore, 'ownKeyArn'>;
  /**
   * Logs: the policy of the evidence key decides who reads evidence, so that key is watched too,
   * and deliveries that are late.
   */
  readonly accessLogs: Pick<AccessLogs, 'evidence' | 'streamNames'>;
  /** Claim of the environment's name: topics, alarms and the rule wait for it. */
  readonly claim: EnvironmentClaim;
  /** Provider for us-east-1, where CloudFront's metrics are. */
  readonly edgeProvider: TerraformProvider;
}

/**
 * The alarms of an environment: a topic in the home region and one in us-east-1 (unless you bring
 * your own),
 * alarms on sessions and content, and messages about changes to keys.
 */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    const { environmentName, alarms, edgeProvider } = props;
    const { topicArn, edgeTopicArn, refusalRatePercent, rateRequestsMin } = alarms;
    const topic = topicArn === undefined ? this.#createTopic(props, HOME_TOPIC) : { topicArn };
    const edgeTopic =
      edgeTopicArn === undefined
        ? this.#createTopic(props, 'edge-alarms', edgeProvider)
        : { topicArn: edgeTopicArn };
    new DeliveryAlarms(this, 'delivery-alarms', {
      environmentName,
      session: props.session,
      files: props.files,
      api: props.api,
      distribution: props.distribution,
      logStreamNames: props.accessLogs.streamNames,
      edgeProvider,
      topic,
      edgeTopic,
      rateRequestsMin,
      ...(refusalRatePercent !== undefined && { refusalRatePercent }),
    });
    new KeyWatch(this, 'key-watch', {
      environmentName,
      kmsKeyArns: watchedKeyArns(props),
      topicArn: topic.topicArn,
    });
    props.claim.guard(this);
  }

  #createTopic(
    { environmentName, accountId, alarms }: OperationsProps,
    id: string,
    provider?: TerraformProvider,
  ): AlarmTopicReference {
    return new AlarmTopic(this, `${id}-topic`, {
      name: resourceName(environmentName, id),
      accountId,
      emails: alarms.emails ?? [],
      // The rule that watches keys is in the home region.
      takesEvents: provider === undefined,
      ...(provider && { provider }),
    });
  }
}

function watchedKeyArns({ signing, store, accessLogs }: OperationsProps): string[] {
  const others = [store.ownKeyArn, accessLogs.evidence?.keyArn];
  return [...signing.kmsKeyArns, ...others.filter((arn) => arn !== undefined)];
}
