import { buildConfigurationReference } from '#configuration/configuration-reference';
import { type Environment, parseEnvironment } from '#configuration/environment';
import { KEPT_RESOURCE } from '../support/kept-resources';
import type { Synthesised } from './synthesised';
import { type Block, environmentOf, synthesiseDelivery } from './synthesised';

type Document = Record<string, Block>;
type Change = (document: Document) => void;

const set =
  (path: string, value: unknown): Change =>
  (document) => {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const owner = names.reduce<Record<string, unknown>>((at, name) => {
      const next = { ...(at[name] as Record<string, unknown> | undefined) };
      at[name] = next;
      return next;
    }, document);
    if (value === undefined) Reflect.deleteProperty(owner, last);
    else owner[last] = value;
  };

const arn = (service: string, what: string): string =>
  `arn:aws:${service}:eu-central-1:123456789012:${what}`;
const EDGE_TOPIC = 'arn:aws:sns:us-east-1:123456789012:mine';
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/mine';
const READERS = { principals: ['arn:aws:iam::123456789012:role/analyst'] };
const PATHS = { organizationPaths: ['o-a1b2c3d4e5/r-ab12/*'] };
const CONFIRMED = { confirmNoParentDomainCookies: true };

const WEB_ACL = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/mine/1';

/**
 * The smallest possible environment, one with everything that an environment can create, and one
 * that uses existing resources wherever it can.
 */
const BASES = {
  smallest: [
    ...[
      'content',
      'grants',
      'cookies',
      'edge',
      'publicPrefix',
      'webAcl',
      'alarms',
      'logs',
      'tags',
    ].map((key) => set(key, undefined)),
    set('signingKeys', { a: { state: 'active', custody: 'kms' } }),
  ],
  largest: [
    set('account', '123456789012'),
    set('contentHost.certificateArn', CERTIFICATE),
    set('webAcl.logs', { requests: 'all', retentionDays: 30 }),
    set('retired', { signingKeys: { old: 'keep' } }),
    set('logs', {
      evidence: { ...CONFIRMED, retentionDays: 3 },
      v1: { ...CONFIRMED, includeCookies: true, retentionDays: 3 },
      objectLock: true,
      refusalMetric: true,
    }),
  ],
  'with existing parts': [
    set('contentHost', { name: 'media.example.com', certificateArn: CERTIFICATE }),
    set('content', {
      existingBucket: { name: 'theirs', region: 'eu-west-1' },
      existingKmsKeyArn: arn('kms', 'key/theirs'),
    }),
    set('webAcl', { arn: WEB_ACL }),
    set('alarms', { topicArn: arn('sns', 'theirs'), edgeTopicArn: EDGE_TOPIC }),
  ],
} as const satisfies Readonly<Record<string, readonly Change[]>>;
type Base = keyof typeof BASES;

/**
 * Changes of one key: every key of the schema with the value that it gets. If another base
 * already has the value, the change is also undone, so that each switch is tested in both
 * directions.
 */
const CHANGES: Readonly<Record<string, readonly Change[]>> = {
  account: [set('account', '210987654321'), set('account', undefined)],
  name: [set('name', 'other')],
  region: [set('region', 'eu-west-1')],
  state: [set('state', { type: 'local' })],
  'state.keyPrefix': [set('state.keyPrefix', 'elsewhere')],
  'state.bucket': [set('state.bucket', 'another-bucket')],
  'state.region': [set('state.region', 'eu-west-1')],
  'state.kmsKeyArn': [set('state.kmsKeyArn', arn('kms', 'key/mine'))],
  retention: [set('retention', 'delete')],
  contentHost: [set('contentHost', undefined)],
  'contentHost.name': [set('contentHost.name', 'files.example.com')],
  'contentHost.certificateArn': [
    set('contentHost.certificateArn', `${CERTIFICATE}-2`),
    set('contentHost.certificateArn', undefined),
  ],
  'contentHost.hostedZoneId': [set('contentHost.hostedZoneId', 'Z9876543210EXAMPLE')],
  'content.existingBucket': [set('content', { existingBucket: { name: 'mine' } })],
  'content.existingBucket.name': [set('content', { existingBucket: { name: 'mine' } })],
  'content.existingBucket.region': [
    set('content', { existingBucket: { name: 'mine', region: 'eu-west-1' } }),
  ],
  'content.encryption': [
    set('content', { encryption: 'kms' }),
    set('content', { encryption: 's3' }),
  ],
  'content.existingKmsKeyArn': [set('content', { existingKmsKeyArn: arn('kms', 'key/mine') })],
  appOrigins: [set('appOrigins', ['https://www.example.com']), set('appOrigins', [])],
  issuers: [(d) => Object.assign(d, { issuers: environmentOf('example').issuers.slice(0, 1) })],
  'signingKeys.<name>': [
    set('signingKeys.c', { state: 'pending', custody: 'kms' }),
    set('signingKeys.b', undefined),
  ],
  'signingKeys.<name>.state': [set('signingKeys.b.state', 'retiring')],
  'signingKeys.<name>.keySpec': [set('signingKeys.a.keySpec', 'ECC_NIST_P256')],
  'retired.signingKeys': [
    (d) => {
      set('signingKeys.b', undefined)(d);
      set('retired.signingKeys.b', 'keep')(d);
    },
    set('retired', undefined),
    set('retired.signingKeys.old', 'delete'),
  ],
  'grants.cookieLifetimeSeconds': [set('grants.cookieLifetimeSeconds', 300)],
  'grants.signedUrlLifetimeSeconds': [set('grants.signedUrlLifetimeSeconds', 300)],
  'grants.signedUrlBatchLifetimeSeconds': [set('grants.signedUrlBatchLifetimeSeconds', 60)],
  'grants.reuseWindowSeconds': [set('grants.reuseWindowSeconds', 0)],
  'grants.shareAcrossSubjects': [set('grants.shareAcrossSubjects', true)],
  'grants.capToToken': [set('grants.capToToken', 'never')],
  'cookies.sameSite': [set('cookies.sameSite', 'none')],
  'edge.priceClass': [set('edge.priceClass', 'PriceClass_200')],
  'edge.ipv6': [set('edge.ipv6', false)],
  'edge.originSecretSlot': [set('edge.originSecretSlot', 'b')],
  'functions.session.reservedConcurrency': [
    set('functions', { session: { reservedConcurrency: 20 } }),
  ],
  publicPrefix: [set('publicPrefix', true), set('publicPrefix', false)],
  pricingPlan: [set('pricingPlan', 'pay-as-you-go')],
  webAcl: [set('webAcl', {}), set('webAcl', undefined)],
  'webAcl.arn': [set('webAcl', { arn: WEB_ACL })],
  'webAcl.requestsPerFiveMinutes': [set('webAcl.requestsPerFiveMinutes', 500)],
  'webAcl.logs': [set('webAcl', { logs: {} }), set('webAcl.logs', undefined)],
  'webAcl.logs.requests': [set('webAcl.logs.requests', 'blocked')],
  'webAcl.logs.retentionDays': [set('webAcl.logs.retentionDays', 60)],
  alarms: [set('alarms', {}), set('alarms', undefined)],
  'alarms.emails': [set('alarms.emails', ['other@example.com'])],
  'alarms.topicArn': [set('alarms.topicArn', arn('sns', 'mine'))],
  'alarms.edgeTopicArn': [set('alarms.edgeTopicArn', EDGE_TOPIC)],
  'alarms.rateRequestsMin': [set('alarms.rateRequestsMin', 1000)],
  'alarms.refusalRatePercent': [set('alarms.refusalRatePercent', 50)],
  'logs.functionRetentionDays': [set('logs.functionRetentionDays', 30)],
  'logs.issuedGrantRetentionDays': [set('logs.issuedGrantRetentionDays', 30)],
  'logs.bucketRetentionDays': [set('logs.bucketRetentionDays', 30)],
  'logs.objectLock': [set('logs.objectLock', true), set('logs.objectLock', false)],
  'logs.queryScanLimitMegabytes': [set('logs.queryScanLimitMegabytes', 100)],
  'logs.refusalMetric': [set('logs.refusalMetric', true), set('logs.refusalMetric', false)],
  'logs.analysts': [set('logs.analysts', READERS)],
  'logs.analysts.principals': [set('logs.analysts', READERS)],
  'logs.analysts.requireMfa': [set('logs.analysts', { ...READERS, requireMfa: false })],
  'logs.analysts.organizationPaths': [set('logs.analysts', { ...READERS, ...PATHS })],
  'logs.evidenceReaders': [set('logs.evidenceReaders', READERS)],
  'logs.evidenceReaders.principals': [set('logs.evidenceReaders', READERS)],
  'logs.evidenceReaders.requireMfa': [
    set('logs.evidenceReaders', { ...READERS, requireMfa: false }),
  ],
  'logs.evidenceReaders.organizationPaths': [set('logs.evidenceReaders', { ...READERS, ...PATHS })],
  'logs.evidence': [set('logs.evidence', undefined)],
  'logs.evidence.retentionDays': [set('logs.evidence.retentionDays', 5)],
  'logs.evidence.accessLog': [set('logs.evidence.accessLog', false)],
  'logs.v1': [set('logs.v1', { includeCookies: false }), set('logs.v1', undefined)],
  'logs.v1.includeCookies': [set('logs.v1.includeCookies', false)],
  'logs.v1.retentionDays': [set('logs.v1.retentionDays', 5)],
  tags: [set('tags', { owner: 'somebody' })],
};

/**
 * Keys that cannot be changed alone, or whose change affects nothing deployed, each with the
 * reason.
 */
export const NOT_CHANGED: Readonly<Record<string, string>> = {
  $schema: 'read by editors only',
  target:
    'an environment on AWS never becomes one of an emulator: the guard refuses it as it does a region',
  content: 'changed by its members',
  grants: 'changed by its members',
  cookies: 'changed by its members',
  functions: 'changed by its members',
  'functions.session': 'changed by its member',
  edge: 'changed by its members',
  logs: 'changed by its members',
  signingKeys: 'changed by its slots',
  retired: 'changed by its member',
  'state.type': 'Terraform asks for `init -migrate-state`, as for every change of `state`',
  'contentHost.localBaseUrl': 'on emulators only',
  'signingKeys.<name>.custody': 'has one value',
  'logs.evidence.confirmNoParentDomainCookies': 'has one value',
  'logs.v1.confirmNoParentDomainCookies': 'goes with includeCookies',
};

/**
 * Returns every key of environment files as the reference lists them. All keys of issuers count as
 * one.
 */
function configurationKeys(): string[] {
  return [...buildConfigurationReference().matchAll(/^- `([^`]+)`/gm)]
    .map(([, key = '']) => key)
    .filter((key) => !key.startsWith('issuers['));
}

/** Returns keys for which no change is tried and no reason is given. */
export function untriedKeys(): string[] {
  return configurationKeys().filter((key) => !(key in CHANGES) && !(key in NOT_CHANGED));
}

/** Resource types whose deletion loses content, a key or logs. */
const DATA = /^aws_(?:s3_bucket|kms_key|kms_alias|cloudwatch_log_group)\b/;
/** Arguments whose change makes Terraform replace a resource that has data or a key. */
const REPLACES: Readonly<Record<string, readonly string[]>> = {
  aws_s3_bucket: ['bucket'],
  aws_kms_key: ['customer_master_key_spec', 'key_usage'],
  aws_kms_alias: ['name'],
  aws_cloudwatch_log_group: ['name'],
};

interface KeptState {
  readonly environment: Environment;
  readonly synthesised: Synthesised;
}

/** The effect of a change of one key on a deployed environment. */
export interface KeyChange {
  readonly base: string;
  readonly key: string;
  /** Resources with data or a key that would be deleted or replaced. */
  readonly lost: readonly string[];
  /** Kept families that Terraform no longer manages. They stay in the account. */
  readonly forgotten: readonly string[];
  /** The error that stops the plan. Undefined if the plan succeeds. */
  readonly refusedBy: string | undefined;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

function blocksOf({ synthesised }: KeptState): Map<string, Block> {
  return new Map(
    Object.entries(synthesised.json.resource).flatMap(([type, blocks]) =>
      Object.entries(blocks).map(([name, block]) => [`${type}.${name}`, block] as const),
    ),
  );
}

function forgottenBy({ synthesised }: KeptState): Set<string> {
  const { removed = [] } = synthesised.json as unknown as { removed?: readonly { from: string }[] };
  return new Set(removed.map(({ from }) => from));
}

function ignoredIn(block: Block): readonly string[] {
  const { ignore_changes: ignored = [] } = (block['lifecycle'] ?? {}) as {
    ignore_changes?: string[];
  };
  return ignored;
}

function isReplaced(address: string, before: Block, after: Block): boolean {
  const type = address.split('.')[0] ?? '';
  const ignored = [...ignoredIn(before), ...ignoredIn(after)];
  return (REPLACES[type] ?? []).some(
    (name) => before[name] !== after[name] && !ignored.includes(name),
  );
}

/**
 * Returns the condition that fails: it compares the file with the state, or with a claim in the
 * account.
 */
function refusalOf(before: KeptState, after: KeptState): string | undefined {
  const [from, to] = [before.environment, after.environment];
  if (from.name !== to.name || JSON.stringify(from.state) !== JSON.stringify(to.state)) {
    return 'another state: Terraform asks for `-migrate-state`, or begins a second environment';
  }
  if (from.account !== undefined && to.account !== undefined && from.account !== to.account) {
    return '`account`: the provider refuses credentials of another account';
  }
  if (from.region !== to.region) return 'the guard: `region` is fixed for life';
  const known = { ...to.signingKeys, ...to.retired?.signingKeys };
  const slots = Object.keys({ ...from.signingKeys, ...from.retired?.signingKeys });
  if (to.retention === 'keep' && slots.some((slot) => !(slot in known))) {
    return 'the guard: a slot with a key is in `signingKeys` or in `retired.signingKeys`';
  }
  const respecified = Object.entries(to.signingKeys).some(
    ([slot, { keySpec }]) => (from.signingKeys[slot]?.keySpec ?? keySpec) !== keySpec,
  );
  return respecified ? 'the key: its spec is fixed for life' : undefined;
}

/** Returns whether the file names the resource as deleted. Then it may be deleted. */
function isAskedFor(
  address: string,
  { environment }: { readonly environment: Pick<Environment, 'retired'> },
): boolean {
  return Object.entries(environment.retired?.signingKeys ?? {}).some(
    ([slot, fate]) => fate === 'delete' && address.includes(`.signing_${slot}_`),
  );
}

function compare(base: string, key: string, [before, after]: [KeptState, KeptState]): KeyChange {
  const [from, to, forgotten] = [blocksOf(before), blocksOf(after), forgottenBy(after)];
  const gone = [...from.keys()].filter((address) => !to.has(address));
  const replaced = [...from].filter(([address, block]) => {
    const next = to.get(address);
    return next !== undefined && isReplaced(address, block, next);
  });
  const lost = [...gone, ...replaced.map(([address]) => address)].filter(
    (address) => DATA.test(address) && !forgotten.has(address) && !isAskedFor(address, after),
  );
  return {
    base,
    key,
    lost,
    forgotten: gone.filter((address) => forgotten.has(address)),
    refusedBy: refusalOf(before, after),
    added: [...to.keys()].filter((address) => !from.has(address)),
    removed: gone.filter((address) => !forgotten.has(address)),
    changed: [...to]
      .filter(([address, block]) => {
        const old = from.get(address);
        return old !== undefined && JSON.stringify(old) !== JSON.stringify(block);
      })
      .map(([address]) => address),
  };
}

function build(changes: readonly Change[], start: object = environmentOf('example')): KeptState {
  const document = structuredClone(start) as unknown as Document;
  for (const change of changes) change(document);
  const name = (document as { readonly name?: unknown }).name as string;
  const environment = parseEnvironment(document, { name });
  return { environment, synthesised: synthesiseDelivery(environment) };
}

/** A change that one base does not allow is tried on the others. */
function buildIfValid(changes: readonly Change[], start?: object): KeptState | undefined {
  try {
    return build(changes, start);
  } catch (error) {
    if (error instanceof Error && error.name === 'ConfigurationError') return undefined;
    throw error;
  }
}

/** Tries every change of one key, on each base and in both directions. */
export function tryKeyChanges(bases = Object.keys(BASES) as Base[]): KeyChange[] {
  return bases.flatMap((base) => {
    const foundation = BASES[base];
    const before = build(foundation);
    return Object.entries(CHANGES).flatMap(([key, variants]) =>
      variants.flatMap((variant) => {
        const after = buildIfValid([...foundation, variant]);
        if (after === undefined || after.synthesised.text === before.synthesised.text) return [];
        return [
          compare(base, key, [before, after]),
          compare(`${base}, back`, key, [after, before]),
        ];
      }),
    );
  });
}

/** A plan in the state of the same environment cannot show these. */
const NOT_PLANNED = /^another state|^`account`/;

/** A change of one key that a plan of the real provider can show. */
export interface PlannableChange {
  readonly key: string;
  /** Changes the document of an environment in place. */
  readonly apply: (document: object) => void;
  /** The error that must stop the plan. Undefined if the plan must succeed. */
  readonly refusedBy: string | undefined;
  /** Returns whether the changed file names a resource as deleted. */
  readonly isAskedFor: (address: string) => boolean;
}

function asPlannable(
  key: string,
  variant: Change,
  [before, after]: [KeptState, KeptState],
): PlannableChange[] {
  const { added, changed, removed, forgotten, lost, refusedBy } = compare('', key, [before, after]);
  const touched = [...added, ...changed, ...removed, ...forgotten, ...lost];
  const isTouching = touched.some((address) => KEPT_RESOURCE.test(address));
  if (!isTouching || NOT_PLANNED.test(refusedBy ?? '')) return [];
  return [
    {
      key,
      apply: (document) => {
        variant(document as Document);
      },
      refusedBy,
      isAskedFor: (address) => isAskedFor(address, after),
    },
  ];
}

/**
 * Returns the changes of one key whose synthesised JSON differs in something that holds data or a
 * key, or in what protects it.
 *
 * @param document the environment file before the change
 */
export function changesOfKept(document: object): readonly PlannableChange[] {
  const before = build([], document);
  return Object.entries(CHANGES).flatMap(([key, variants]) =>
    variants.flatMap((variant) => {
      const after = buildIfValid([variant], document);
      return after === undefined ? [] : asPlannable(key, variant, [before, after]);
    }),
  );
}
