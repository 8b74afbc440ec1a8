import { COOKIE_NAMES } from '#core/contract/credential-names';
import { PREFLIGHT_METHOD } from '#core/contract/detailed-result-types';
import { VIEWER_ERROR_BODY_BYTES, type ViewerErrorCode } from '#core/contract/error-bodies';
import { forgeTerms, type PolicyTerms, type Presented, presentedFields } from './presented';
import type { SeededRandom } from './random';
import { CONTENT_BASE_URL, type GeneratedWorld, KEY_PAIR_ID, type Person } from './world';

/** What a generated request is made from. */
export interface Circumstances {
  /** Seconds since the Unix epoch. */
  readonly epoch: number;
  readonly person: Person;
  /** A person of another tenant. */
  readonly stranger: Person;
  /** As the client sent it. */
  readonly path: string;
  readonly random: SeededRandom;
  readonly world: GeneratedWorld;
}

/** A planted request: its fields, and the cause that the evidence allows to find. */
export interface Planted {
  readonly fields: Readonly<Record<string, string>>;
  /**
   * The cause that is found with cookies and query strings; undefined when the request was not
   * refused.
   */
  readonly cause: string | undefined;
  /** Whether the signature is valid; undefined when CloudFront does not check it. */
  readonly isGenuine?: boolean;
}

/** One kind of request and its frequency. */
export interface Kind {
  readonly share: number;
  readonly plant: (at: Circumstances) => Planted;
}

const REFUSED = {
  'sc-status': '403',
  'x-edge-result-type': 'Error',
  'x-edge-response-result-type': 'Error',
  'x-edge-detailed-result-type': 'Error',
} as const;

const HTML = { 'sc-content-type': 'text/html', 'sc-content-len': '919' } as const;

function answered(code: ViewerErrorCode): Record<string, string> {
  return {
    ...REFUSED,
    'sc-content-type': 'text/xml',
    'sc-content-len': String(VIEWER_ERROR_BODY_BYTES[code]),
    'time-to-first-byte': '0.001',
    'time-taken': '0.001',
  };
}

/** The client read the status and closed the connection. */
const LEFT = {
  'x-edge-detailed-result-type': 'ClientCommError',
  'x-edge-response-result-type': 'Error',
} as const;

/** A refusal whose detailed result type names the cause. */
function named(
  type: string,
  cause: string,
  more: Readonly<Record<string, string>> = {},
): Kind['plant'] {
  return () => ({
    fields: { ...REFUSED, ...HTML, 'x-edge-detailed-result-type': type, ...more },
    cause,
  });
}

function urlOf({ path }: Circumstances): string {
  return `${CONTENT_BASE_URL}${path}`;
}

/** The terms of the grant that this person has now, with changes. */
function termsWith(at: Circumstances, change: Partial<PolicyTerms>): PolicyTerms {
  return { ...at.world.grantOf(at.person, at.epoch).terms, ...change };
}

function denied(
  at: Circumstances,
  presented: Presented,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const form = presented.terms.canned === true || at.random.below(5) === 0 ? 'url' : 'cookies';
  return { ...answered('AccessDenied'), ...presentedFields(presented, form), ...more };
}

/** A genuine grant that is not valid for this request. */
function withGrant(grantOf: (at: Circumstances) => Presented, cause: string): Kind['plant'] {
  return (at) => ({ fields: denied(at, grantOf(at)), cause, isGenuine: true });
}

/** Terms with a genuine signature that are not valid for this request. */
function conditionFails(
  cause: string,
  changeOf: (at: Circumstances) => Partial<PolicyTerms>,
  more: Readonly<Record<string, string>> = {},
): Kind['plant'] {
  return (at) => ({
    fields: denied(at, at.world.sign(termsWith(at, changeOf(at))), more),
    cause,
    isGenuine: true,
  });
}

function served(at: Circumstances): Planted {
  const result = at.random.below(10) === 0 ? 'Miss' : 'Hit';
  const isUrl = at.random.below(100) === 0;
  const presented = isUrl
    ? at.world.sign({ resource: urlOf(at), notAfter: at.epoch + 600, notBefore: at.epoch - 60 })
    : at.world.grantOf(at.person, at.epoch);
  return {
    fields: {
      'sc-status': '200',
      'x-edge-result-type': result,
      'x-edge-response-result-type': result,
      'x-edge-detailed-result-type': result,
      'sc-content-type': 'image/png',
      'sc-content-len': String(1_000 + at.random.below(500_000)),
      ...(result === 'Miss' && { 'origin-fbl': '0.031', 'origin-lbl': '0.040' }),
      ...presentedFields(presented, isUrl ? 'url' : 'cookies'),
    },
    cause: undefined,
  };
}

/** Cookies of a grant that has ended. The person used it before. */
function lapsed(at: Circumstances, more: Readonly<Record<string, string>> = {}): Planted {
  const grant = at.world.grantOf(at.person, at.epoch - 1_000 - at.random.below(7_200));
  return {
    fields: { ...answered('AccessDenied'), ...presentedFields(grant, 'cookies'), ...more },
    cause: 'expired',
    isGenuine: true,
  };
}

function forged(at: Circumstances, change: Partial<PolicyTerms>, cause: string): Planted {
  const presented = forgeTerms(termsWith(at, change), at.random, KEY_PAIR_ID);
  return { fields: denied(at, presented), cause, isGenuine: false };
}

/** A SHA-256 signature without Hash-Algorithm is checked as SHA-1 and is not valid. */
function withoutMarker(at: Circumstances): Planted {
  const { terms, encodedPolicy, encodedSignature, keyPairId } = at.world.grantOf(
    at.person,
    at.epoch,
  );
  return {
    fields: denied(at, { terms, encodedPolicy, encodedSignature, keyPairId }),
    cause: 'bad_signature_presumed',
    isGenuine: false,
  };
}

function duplicateCookies(at: Circumstances): Planted {
  const { encodedPolicy } = at.world.grantOf(at.stranger, at.epoch);
  const fields = presentedFields(at.world.grantOf(at.person, at.epoch), 'cookies');
  const cookie = `${fields['cs(Cookie)'] ?? ''}; ${COOKIE_NAMES.policy}=${encodedPolicy}`;
  return {
    fields: { ...answered('AccessDenied'), 'cs(Cookie)': cookie },
    cause: 'denied_unspecified',
  };
}

function presentingOwnGrant(
  fieldsOf: (at: Circumstances) => Readonly<Record<string, string>>,
  cause: string | undefined,
): Kind['plant'] {
  return (at) => ({
    fields: {
      ...presentedFields(at.world.grantOf(at.person, at.epoch), 'cookies'),
      ...fieldsOf(at),
    },
    cause,
  });
}

const foreignResource = ({ stranger }: Circumstances): string =>
  `${CONTENT_BASE_URL}/t/${stranger.tenant}/*`;

/** All kinds of planted requests. */
export const KINDS: Readonly<Record<string, Kind>> = {
  served: { share: 600, plant: served },
  neverSigned: {
    share: 60,
    plant: () => ({ fields: answered('MissingKey'), cause: 'no_signature' }),
  },
  retiredKey: {
    share: 20,
    plant: (at) => ({
      fields: {
        ...answered('InvalidKey'),
        ...presentedFields(
          { ...at.world.grantOf(at.person, at.epoch), keyPairId: 'KRETIRED0000' },
          'cookies',
        ),
      },
      cause: 'unknown_key',
    }),
  },
  brokenPolicy: {
    share: 5,
    plant: () => ({
      fields: {
        ...answered('MalformedPolicy'),
        'cs(Cookie)': `${COOKIE_NAMES.policy}=bm90IGpzb24_; ${COOKIE_NAMES.signature}=AAAA; ${COOKIE_NAMES.keyPairId}=${KEY_PAIR_ID}`,
      },
      cause: 'malformed_policy',
    }),
  },
  brokenSignature: {
    share: 5,
    plant: presentingOwnGrant(() => answered('MalformedSignature'), 'malformed_signature'),
  },
  lapsed: { share: 70, plant: (at) => lapsed(at) },
  lapsedBehindErrorPage: {
    share: 5,
    plant: (at) => lapsed(at, { 'sc-content-type': 'text/html', 'sc-content-len': '2048' }),
  },
  lapsedCanned: {
    share: 5,
    plant: conditionFails('expired', (at) => ({
      resource: urlOf(at),
      notAfter: at.epoch - 5 - at.random.below(600),
      canned: true,
    })),
  },
  early: {
    share: 5,
    // The grant after the next one, as a client with a wrong clock would have it.
    plant: withGrant(
      ({ world, person, epoch }) => world.grantOf(person, epoch + 1_000),
      'not_yet_valid',
    ),
  },
  foreignTenant: {
    share: 30,
    plant: withGrant(
      ({ world, stranger, epoch }) => world.grantOf(stranger, epoch),
      'outside_path',
    ),
  },
  foreignTenantForged: {
    share: 10,
    plant: (at) => forged(at, { resource: foreignResource(at) }, 'outside_path'),
  },
  urlOfAnotherFile: {
    share: 5,
    plant: conditionFails('outside_path', (at) => ({ resource: `${urlOf(at)}.other` })),
  },
  otherAddress: {
    share: 5,
    plant: conditionFails('wrong_address', () => ({ sourceRange: '192.0.2.0/24' }), {
      'c-ip': '198.51.100.9',
    }),
  },
  ipv6Address: {
    share: 5,
    plant: conditionFails('wrong_address', () => ({ sourceRange: '192.0.2.0/24' }), {
      'c-ip': '2001:db8::7',
    }),
  },
  forged: { share: 20, plant: (at) => forged(at, {}, 'bad_signature_presumed') },
  withoutMarker: { share: 5, plant: withoutMarker },
  duplicateCookies: { share: 5, plant: duplicateCookies },
  country: { share: 5, plant: named('ClientGeoBlocked', 'geo_blocked') },
  webAcl: { share: 5, plant: named('InvalidRequestBlocked', 'waf_blocked') },
  guard: {
    share: 5,
    plant: presentingOwnGrant(
      () => ({
        ...REFUSED,
        'x-edge-result-type': 'FunctionGeneratedResponse',
        'x-edge-response-result-type': 'FunctionGeneratedResponse',
        'sc-content-type': 'text/plain',
        'sc-content-len': '10',
      }),
      'revoked',
    ),
  },
  guardOnPath: {
    share: 5,
    plant: presentingOwnGrant(
      ({ path }) => ({
        ...REFUSED,
        'cs-uri-stem': path.replace('/f/', '/f/%2e%2e/'),
        'x-edge-result-type': 'FunctionGeneratedResponse',
        'x-edge-response-result-type': 'FunctionGeneratedResponse',
        'sc-content-type': 'text/plain',
        'sc-content-len': '10',
      }),
      'denied_unspecified',
    ),
  },
  missingObject: {
    share: 15,
    plant: presentingOwnGrant(
      () => ({
        ...REFUSED,
        'sc-content-type': 'application/xml',
        'origin-fbl': '0.020',
        'origin-lbl': '0.021',
      }),
      'origin_refused',
    ),
  },
  wrongMethod: {
    share: 5,
    plant: named('InvalidRequestMethod', 'method_not_allowed', { 'cs-method': 'DELETE' }),
  },
  invalidHeader: { share: 2, plant: named('InvalidRequestHeader', 'invalid_header') },
  invalidCertificate: {
    share: 2,
    plant: named('InvalidRequestCertificate', 'invalid_certificate'),
  },
  invalidRequest: { share: 2, plant: named('InvalidRequest', 'invalid_request') },
  originDownBehindErrorPage: { share: 2, plant: named('OriginConnectError', 'origin_failed') },
  preflight: {
    share: 10,
    plant: () => ({
      fields: { ...answered('MissingKey'), 'cs-method': PREFLIGHT_METHOD },
      cause: 'preflight',
    }),
  },
  preflightOfNoMethod: {
    share: 3,
    plant: named('InvalidRequestMethod', 'preflight', { 'cs-method': PREFLIGHT_METHOD }),
  },
  neverSignedHungUp: {
    share: 10,
    plant: () => ({ fields: { ...answered('MissingKey'), ...LEFT }, cause: 'no_signature' }),
  },
  lapsedHungUp: { share: 10, plant: (at) => lapsed(at, LEFT) },
  foreignTenantWithOtherCookie: {
    share: 10,
    plant: (at) => {
      const planted = withGrant(
        ({ world, stranger, epoch }) => world.grantOf(stranger, epoch),
        'outside_path',
      )(at);
      const { 'cs(Cookie)': cookie } = planted.fields;
      if (cookie === undefined) return planted;
      const fields = {
        ...planted.fields,
        'cs(Cookie)': `visit=${at.random.below(1e9)}; ${cookie}`,
      };
      return { ...planted, fields };
    },
  },
  hungUp: {
    share: 10,
    plant: () => ({
      fields: {
        'sc-status': '000',
        'x-edge-result-type': 'Error',
        'x-edge-response-result-type': 'Miss',
        'x-edge-detailed-result-type': 'ClientHungUpRequest',
      },
      cause: undefined,
    }),
  },
  originDown: {
    share: 5,
    plant: presentingOwnGrant(
      () => ({
        'sc-status': '503',
        'x-edge-result-type': 'Error',
        'x-edge-response-result-type': 'Error',
        'x-edge-detailed-result-type': 'OriginConnectError',
        ...HTML,
      }),
      undefined,
    ),
  },
};
