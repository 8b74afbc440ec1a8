import { presentedFields, type Presented } from './presented';
import type { SeededRandom } from './random';

/** The circumstances of one generated request. */
export interface Circumstances {
  /** Seconds since the Unix epoch. */
  readonly epoch: number;
  readonly tenant: string;
  readonly foreignTenant: string;
  readonly contentBaseUrl: string;
  readonly path: string;
  readonly random: SeededRandom;
}

/** What was planted: the fields that make it, and the cause that the evidence supports. */
export interface Planted {
  readonly fields: Readonly<Record<string, string>>;
  /** Null for requests that nobody refused. */
  readonly cause: string | null;
}

/** Bytes of the body that CloudFront answers with, by what was wrong. */
const BODY_BYTES = {
  missing: '146',
  unknown: '106',
  policy: '116',
  signature: '131',
  denied: '110',
} as const;
const LIFE_SECONDS = 900;

const REFUSED = {
  'sc-status': '403',
  'x-edge-result-type': 'Error',
  'x-edge-response-result-type': 'Error',
  'x-edge-detailed-result-type': 'Error',
} as const;

function bySignatureCheck(length: string): Record<string, string> {
  return {
    ...REFUSED,
    'sc-content-type': 'text/xml',
    'sc-content-len': length,
    'origin-fbl': '-',
    'time-to-first-byte': '0.001',
  };
}

function grantFor(at: Circumstances): Presented {
  return {
    resource: `${at.contentBaseUrl}/t/${at.tenant}/*`,
    notAfter: at.epoch + LIFE_SECONDS - 60 - at.random.below(600),
    notBefore: at.epoch - 120 - at.random.below(100),
    keyPairId: 'K2JCJMDEHXQW5F',
    form: at.random.next() < 0.8 ? 'cookies' : 'url',
  };
}

function denied(
  at: Circumstances,
  change: Partial<Presented>,
  more: Record<string, string> = {},
): Record<string, string> {
  return {
    ...bySignatureCheck(BODY_BYTES.denied),
    ...presentedFields({ ...grantFor(at), ...change }, at.random),
    ...more,
  };
}

function served(at: Circumstances): Record<string, string> {
  const hit = at.random.next() < 0.9;
  const result = hit ? 'Hit' : 'Miss';
  return {
    'sc-status': '200',
    'x-edge-result-type': result,
    'x-edge-response-result-type': result,
    'x-edge-detailed-result-type': result,
    'sc-content-type': 'image/png',
    'sc-content-len': String(1_000 + at.random.below(500_000)),
    ...(!hit && { 'origin-fbl': '0.031', 'origin-lbl': '0.040' }),
    ...presentedFields(grantFor(at), at.random),
  };
}

/** Everything that can be planted, with how often it comes among so many. */
export const KINDS: Readonly<
  Record<string, { readonly share: number; readonly plant: (at: Circumstances) => Planted }>
> = {
  served: { share: 60, plant: (at) => ({ fields: served(at), cause: null }) },
  neverSigned: {
    share: 8,
    plant: () => ({ fields: bySignatureCheck(BODY_BYTES.missing), cause: 'no_signature' }),
  },
  retiredKey: {
    share: 3,
    plant: (at) => ({
      fields: {
        ...bySignatureCheck(BODY_BYTES.unknown),
        ...presentedFields({ ...grantFor(at), keyPairId: 'KRETIRED0000' }, at.random),
      },
      cause: 'unknown_key',
    }),
  },
  brokenPolicy: {
    share: 1,
    plant: () => ({
      fields: {
        ...bySignatureCheck(BODY_BYTES.policy),
        'cs(Cookie)':
          'CloudFront-Policy=bm90IGpzb24_; CloudFront-Signature=AAAA; CloudFront-Key-Pair-Id=K2JCJMDEHXQW5F',
      },
      cause: 'malformed_policy',
    }),
  },
  brokenSignature: {
    share: 1,
    plant: (at) => ({
      fields: {
        ...bySignatureCheck(BODY_BYTES.signature),
        ...presentedFields(grantFor(at), at.random),
      },
      cause: 'malformed_signature',
    }),
  },
  lapsed: {
    share: 9,
    plant: (at) => {
      const notAfter = at.epoch - 5 - at.random.below(7_200);
      return {
        fields: denied(at, { notAfter, notBefore: notAfter - LIFE_SECONDS }),
        cause: 'expired',
      };
    },
  },
  lapsedCanned: {
    share: 2,
    plant: (at) => ({
      fields: denied(at, {
        notAfter: at.epoch - 5 - at.random.below(600),
        canned: true,
        form: 'url',
      }),
      cause: 'expired',
    }),
  },
  early: {
    share: 1,
    plant: (at) => ({
      fields: denied(at, { notBefore: at.epoch + 30 + at.random.below(60) }),
      cause: 'not_yet_valid',
    }),
  },
  foreignTenant: {
    share: 5,
    plant: (at) => ({
      fields: denied(at, { resource: `${at.contentBaseUrl}/t/${at.foreignTenant}/*` }),
      cause: 'outside_path',
    }),
  },
  otherAddress: {
    share: 1,
    plant: (at) => ({
      fields: denied(at, { sourceRange: '192.0.2.0/24' }, { 'c-ip': '198.51.100.9' }),
      cause: 'wrong_address',
    }),
  },
  ipv6Address: {
    share: 1,
    plant: (at) => ({
      fields: denied(at, { sourceRange: '192.0.2.0/24' }, { 'c-ip': '2001:db8::7' }),
      cause: 'wrong_address',
    }),
  },
  forged: {
    share: 3,
    plant: (at) => ({ fields: denied(at, {}), cause: 'bad_signature_presumed' }),
  },
  country: {
    share: 1,
    plant: () => ({
      fields: {
        ...REFUSED,
        'x-edge-detailed-result-type': 'ClientGeoBlocked',
        'sc-content-type': 'text/html',
        'sc-content-len': '919',
      },
      cause: 'geo_blocked',
    }),
  },
  webAcl: {
    share: 1,
    plant: () => ({
      fields: {
        ...REFUSED,
        'x-edge-detailed-result-type': 'InvalidRequestBlocked',
        'sc-content-type': 'text/html',
        'sc-content-len': '919',
      },
      cause: 'waf_blocked',
    }),
  },
  missingObject: {
    share: 2,
    plant: (at) => ({
      fields: {
        ...REFUSED,
        'sc-content-type': 'application/xml',
        'origin-fbl': '0.020',
        'origin-lbl': '0.021',
        ...presentedFields(grantFor(at), at.random),
      },
      cause: 'origin_refused',
    }),
  },
  wrongMethod: {
    share: 1,
    plant: () => ({
      fields: {
        ...REFUSED,
        'x-edge-detailed-result-type': 'InvalidRequestMethod',
        'cs-method': 'DELETE',
        'sc-content-type': 'text/html',
        'sc-content-len': '915',
      },
      cause: 'denied_unspecified',
    }),
  },
  hungUp: {
    share: 1,
    plant: () => ({
      fields: {
        'sc-status': '000',
        'x-edge-result-type': 'Error',
        'x-edge-response-result-type': 'Miss',
        'x-edge-detailed-result-type': 'ClientHungUpRequest',
      },
      cause: null,
    }),
  },
};
