import { PUBLISHED_KEYS_MAX } from '#core/contract/signing-slots';
import type { ConfigurationProblem } from './configuration-error';
import { describeReceived } from './configuration-error';
import type { Environment } from './environment-schema';
import { checkPricingPlan } from './pricing-plans';
import { isLoopback, isPublicSuffix, siteOf } from './site';

type Key = keyof Environment;
type Problems = ConfigurationProblem[];

interface Check {
  /**
   * Top-level members that this check reads. The check runs if these members are valid, even if
   * other members are not.
   */
  readonly needs: readonly Key[];
  readonly find: (environment: Environment) => Problems;
}

function problem(key: string, received: unknown, allowed: string): ConfigurationProblem {
  return { key, received: describeReceived(received), allowed };
}

function findContentHostProblems({ target, contentHost }: Environment): Problems {
  if (target === 'emulator') {
    const missing = contentHost?.localBaseUrl === undefined;
    return [
      ...(missing
        ? [
            problem(
              'contentHost.localBaseUrl',
              undefined,
              'a loopback base URL, with target "emulator"',
            ),
          ]
        : []),
      ...(['name', 'certificateArn', 'hostedZoneId'] as const)
        .filter((member) => contentHost?.[member] !== undefined)
        .map((member) =>
          problem(
            `contentHost.${member}`,
            contentHost?.[member],
            'nothing, with target "emulator"',
          ),
        ),
    ];
  }
  return findHostedContentProblems(contentHost);
}

function findHostedContentProblems(contentHost: Environment['contentHost']): Problems {
  if (contentHost === undefined) return [];
  const { name, certificateArn, hostedZoneId, localBaseUrl } = contentHost;
  const problems: Problems = [];
  if (localBaseUrl !== undefined) {
    problems.push(problem('contentHost.localBaseUrl', localBaseUrl, 'nothing, with target "aws"'));
  }
  if (name === undefined) {
    problems.push(problem('contentHost.name', undefined, 'a host name, with target "aws"'));
    return problems;
  }
  if (isPublicSuffix(name) || name.endsWith('.cloudfront.net')) {
    const allowed = 'a host below a registrable domain of yours';
    problems.push(problem('contentHost.name', name, allowed));
  }
  if (certificateArn === undefined && hostedZoneId === undefined) {
    const allowed = 'a certificate in us-east-1, or contentHost.hostedZoneId to have one made';
    problems.push(problem('contentHost.certificateArn', undefined, allowed));
  }
  return problems;
}

/** Checks whether browsers can use the content host from the configured pages (S-08). */
function findAppOriginProblems(environment: Environment): Problems {
  const { target, contentHost, appOrigins, cookies } = environment;
  const base =
    contentHost?.localBaseUrl ??
    (contentHost?.name === undefined ? undefined : `https://${contentHost.name}`);
  return appOrigins.flatMap((origin, index) => {
    const key = `appOrigins.${index}`;
    if (appOrigins.indexOf(origin) !== index) return [problem(key, origin, 'each origin once')];
    if (origin.startsWith('http:') && !(target === 'emulator' && isLoopback(origin))) {
      return [problem(key, origin, 'https (http only on loopback, with target "emulator")')];
    }
    if (base === undefined) {
      const allowed =
        'no origin while contentHost is absent: cloudfront.net is a public suffix, so every page is on another site';
      return [problem(key, origin, allowed)];
    }
    if (isSameHost(base, origin)) {
      const allowed = `a host other than the content host ${base}: content must not share an origin with an app`;
      return [problem(key, origin, allowed)];
    }
    if (cookies.sameSite === 'lax' && siteOf(base) !== siteOf(origin)) {
      const allowed = `an origin on the site ${siteOf(base)} while cookies.sameSite is "lax"`;
      return [problem(key, origin, allowed)];
    }
    return [];
  });
}

/**
 * Returns whether a page has the same host as the content. On loopback all pages have the same host
 * name, so the port is compared too.
 */
function isSameHost(base: string, origin: string): boolean {
  const [content, app] = [new URL(base), new URL(origin)];
  return isLoopback(base) ? content.host === app.host : content.hostname === app.hostname;
}

/**
 * Checks that discovery documents and keys are fetched over https. Only a local environment may use
 * http with loopback hosts (J-12).
 */
function findIssuerProblems({ target, issuers }: Environment): Problems {
  const mayUseHttp = (url: string): boolean => target === 'emulator' && isLoopback(url);
  return issuers.flatMap((issuer, index) => [
    ...(['issuer', 'jwksUrl'] as const).flatMap((member) => {
      const url = issuer[member];
      return url?.startsWith('http:') === true && !mayUseHttp(url)
        ? [
            problem(
              `issuers.${index}.${member}`,
              url,
              'https (http only to loopback, with target "emulator")',
            ),
          ]
        : [];
    }),
    ...(issuers.findIndex((other) => other.issuer === issuer.issuer) === index
      ? []
      : [problem(`issuers.${index}.issuer`, issuer.issuer, 'each issuer once')]),
  ]);
}

function findRetiredSlotProblems({ signingKeys, retired }: Environment): Problems {
  return Object.keys(retired?.signingKeys ?? {})
    .filter((slot) => Object.hasOwn(signingKeys, slot))
    .map((slot) => problem('retired.signingKeys', slot, 'slots that are not in signingKeys'));
}

function findSigningKeyProblems({ signingKeys }: Environment): Problems {
  const slots = Object.values(signingKeys);
  const active = slots.filter(({ state }) => state === 'active').length;
  const problems: Problems = [];
  if (active !== 1) {
    problems.push({
      key: 'signingKeys',
      received: `${active} active slots`,
      allowed: 'exactly one slot with state "active"',
    });
  }
  if (slots.length > PUBLISHED_KEYS_MAX) {
    problems.push({
      key: 'signingKeys',
      received: `${slots.length} slots in the key group`,
      allowed: `at most ${PUBLISHED_KEYS_MAX}: CloudFront's limit for a key group`,
    });
  }
  return problems;
}

function findGrantProblems({ grants }: Environment): Problems {
  const { reuseWindowSeconds, cookieLifetimeSeconds } = grants;
  if (reuseWindowSeconds < cookieLifetimeSeconds) return [];
  const allowed = `less than grants.cookieLifetimeSeconds (${cookieLifetimeSeconds})`;
  return [problem('grants.reuseWindowSeconds', reuseWindowSeconds, allowed)];
}

function findContentProblems({ content }: Environment): Problems {
  if (content.encryption === 's3') return [];
  const owner = content.existingBucket === undefined ? 'existingKmsKeyArn' : 'existingBucket';
  if (content[owner] === undefined) return [];
  const allowed = `"s3" with content.${owner}: encryption of what is yours is not changed`;
  return [problem('content.encryption', content.encryption, allowed)];
}

function findWebAclProblems({ webAcl }: Environment): Problems {
  if (webAcl?.arn === undefined) return [];
  const allowed = 'nothing with webAcl.arn: a web ACL of yours is not changed';
  return (['requestsPerFiveMinutes', 'logs'] as const)
    .filter((member) => webAcl[member] !== undefined)
    .map((member) => problem(`webAcl.${member}`, webAcl[member], allowed));
}

function findAlarmProblems({ alarms, region }: Environment): Problems {
  if (alarms === undefined) return [];
  const { emails, topicArn, edgeTopicArn } = alarms;
  const problems: Problems = [];
  if (topicArn !== undefined && topicArn.split(':')[3] !== region) {
    problems.push(problem('alarms.topicArn', topicArn, `a topic in ${region}`));
  }
  const listens =
    (emails?.length ?? 0) > 0 || (topicArn !== undefined && edgeTopicArn !== undefined);
  if (!listens) {
    const allowed = 'at least one e-mail address, or both alarms.topicArn and alarms.edgeTopicArn';
    problems.push(problem('alarms.emails', emails, allowed));
  }
  return problems;
}

/**
 * AWS regions that every account can use without opt-in. These are all regions from before March
 * 2019; all later regions need an opt-in.
 */
const REGIONS_WITHOUT_OPT_IN: readonly string[] = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

/**
 * Legacy logging (v1) cannot deliver to a bucket in an opt-in region. The other log deliveries can.
 */
function findLegacyRegionProblems({ logs: { v1 }, region }: Environment): Problems {
  if (v1 === undefined || REGIONS_WITHOUT_OPT_IN.includes(region)) return [];
  const allowed = `nothing, in the opt-in region ${region}: legacy logging delivers to none`;
  return [problem('logs.v1', v1, allowed)];
}

function findLogProblems({ logs: { v1, evidence } }: Environment): Problems {
  if (v1?.includeCookies === false && evidence !== undefined) {
    const allowed = 'true with logs.evidence: the switch is one for every log of the distribution';
    return [problem('logs.v1.includeCookies', false, allowed)];
  }
  if (v1?.includeCookies !== true || v1.confirmNoParentDomainCookies === true) return [];
  const allowed = 'true with logs.v1.includeCookies: every cookie that a browser sends is logged';
  return [problem('logs.v1.confirmNoParentDomainCookies', undefined, allowed)];
}

/** All checks that concern more than one member of the environment file. */
export const ENVIRONMENT_CHECKS: readonly Check[] = [
  { needs: ['target', 'contentHost'], find: findContentHostProblems },
  { needs: ['target', 'contentHost', 'appOrigins', 'cookies'], find: findAppOriginProblems },
  { needs: ['target', 'issuers'], find: findIssuerProblems },
  { needs: ['signingKeys'], find: findSigningKeyProblems },
  { needs: ['signingKeys', 'retired'], find: findRetiredSlotProblems },
  { needs: ['grants'], find: findGrantProblems },
  { needs: ['content'], find: findContentProblems },
  { needs: ['webAcl'], find: findWebAclProblems },
  { needs: ['alarms', 'region'], find: findAlarmProblems },
  { needs: ['logs'], find: findLogProblems },
  { needs: ['logs', 'region'], find: findLegacyRegionProblems },
  {
    needs: ['pricingPlan', 'webAcl', 'retention'],
    find: ({ pricingPlan, webAcl, retention }) =>
      checkPricingPlan({ pricingPlan, retention, hasWebAcl: webAcl !== undefined }),
  },
];
