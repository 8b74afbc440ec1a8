import { PRESET_NAMES } from '#access-token/presets';

/** The environment file while it is being written. */
export type EnvironmentDocument = Record<string, unknown>;

/** A question whose answer an environment file needs. */
export interface Question {
  /** Name of the option with which a script can give the answer, in kebab case. */
  readonly option: string;
  /** The text of the question. */
  readonly text: string;
  /**
   * Keys of the file that depend on the answer. A problem with one of them is a problem of the
   * answer.
   */
  readonly keys: readonly string[];
  /** The answer that is used if the user enters nothing. @default - an answer is required */
  readonly fallback?: string;
  /**
   * Returns whether the question is asked, depending on the answers before it. @default - always
   */
  readonly isAsked?: (document: EnvironmentDocument) => boolean;
  /** Writes the answer into the document. */
  readonly apply: (document: EnvironmentDocument, answer: string) => void;
}

interface IssuerDocument {
  preset?: string;
  issuer?: string;
  audience?: { accepted: string[] } | null;
  tenants?: Record<string, string>;
}

const NONE = 'none';
const CLAIM = 'claim';
const FIXED = 'fixed';
const PERSONAL = 'personal';

const listOf = (answer: string): string[] =>
  answer
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** Returns the issuer that the questions are about. Further issuers are added by hand. */
function issuerOf(document: EnvironmentDocument): IssuerDocument {
  const [issuer = {}] = (document['issuers'] ?? []) as IssuerDocument[];
  document['issuers'] = [issuer];
  return issuer;
}

const contentHostOf = (document: EnvironmentDocument): Record<string, string> => {
  const host = (document['contentHost'] ?? {}) as Record<string, string>;
  document['contentHost'] = host;
  return host;
};

const HOST_QUESTIONS: readonly Question[] = [
  {
    option: 'region',
    text: 'Home region: bucket, API, keys',
    keys: ['region'],
    apply: (document, answer) => (document['region'] = answer),
  },
  {
    option: 'content-host',
    text: 'Host from which viewers load content, e.g. media.example.com',
    keys: ['contentHost.name'],
    apply: (document, answer) => (contentHostOf(document)['name'] = answer),
  },
  {
    option: 'hosted-zone',
    text: 'Id of the Route 53 zone for its DNS records, or none',
    keys: ['contentHost.hostedZoneId'],
    fallback: NONE,
    apply: (document, answer) => {
      if (answer !== NONE) contentHostOf(document)['hostedZoneId'] = answer;
    },
  },
  {
    option: 'certificate',
    text: 'ARN of its certificate in us-east-1, or none to have one made',
    keys: ['contentHost.certificateArn'],
    fallback: NONE,
    apply: (document, answer) => {
      if (answer !== NONE) contentHostOf(document)['certificateArn'] = answer;
    },
  },
  {
    option: 'app-origins',
    text: 'Origins of the pages that show content, with commas, e.g. https://app.example.com',
    keys: ['appOrigins'],
    apply: (document, answer) => (document['appOrigins'] = listOf(answer)),
  },
];

const ISSUER_QUESTIONS: readonly Question[] = [
  {
    option: 'provider',
    text: `Identity provider: ${PRESET_NAMES.join(', ')}`,
    keys: ['issuers.0.preset'],
    apply: (document, answer) => (issuerOf(document).preset = answer),
  },
  {
    option: 'issuer',
    text: 'Its issuer URL, as in the claim iss',
    keys: ['issuers.0.issuer', 'issuers.0.jwksUrl'],
    apply: (document, answer) => (issuerOf(document).issuer = answer),
  },
  {
    option: 'audience',
    text: 'Audience of the access tokens, with commas, or none to check no audience',
    keys: ['issuers.0.audience'],
    apply: (document, answer) =>
      (issuerOf(document).audience = answer === NONE ? null : { accepted: listOf(answer) }),
  },
  {
    option: 'tenants',
    text: `Where tenants come from: ${CLAIM}, ${FIXED} (one tenant for all), ${PERSONAL} (one for each person)`,
    keys: ['issuers.0.tenants.from'],
    apply: (document, answer) => (issuerOf(document).tenants = { from: answer }),
  },
  {
    option: 'tenant',
    text: 'Name of the claim (empty: the one that the preset knows), or of the fixed tenant',
    keys: ['issuers.0.tenants'],
    fallback: '',
    isAsked: (document) => issuerOf(document).tenants?.['from'] !== PERSONAL,
    apply: (document, answer) => {
      const tenants = issuerOf(document).tenants ?? {};
      if (answer !== '') tenants[tenants['from'] === FIXED ? 'tenant' : CLAIM] = answer;
    },
  },
];

const OPERATION_QUESTIONS: readonly Question[] = [
  {
    option: 'alarm-emails',
    text: 'E-mail addresses that get alarms, with commas, or none',
    keys: ['alarms'],
    fallback: NONE,
    apply: (document, answer) => {
      if (answer !== NONE) document['alarms'] = { emails: listOf(answer) };
    },
  },
  {
    option: 'state-bucket',
    text: 'S3 bucket in the home region that holds the Terraform state, or none for a local file',
    keys: ['state'],
    fallback: NONE,
    apply: (document, answer) => {
      if (answer === NONE) return;
      document['state'] = { type: 's3', bucket: answer, region: document['region'] };
    },
  },
];

/** All questions in their order. */
export const QUESTIONS: readonly Question[] = [
  ...HOST_QUESTIONS,
  ...ISSUER_QUESTIONS,
  ...OPERATION_QUESTIONS,
];
