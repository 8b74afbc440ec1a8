import type { ViewerErrorCode } from '#core/contract/error-bodies';
import {
  buildErrorBody,
  firstErrorCode,
  VIEWER_ERROR_CODES,
  VIEWER_REFUSALS,
  type ViewerRefusalReason,
} from '#core/verification/viewer-refusals';

const REASONS = Object.keys(VIEWER_REFUSALS) as ViewerRefusalReason[];

describe('buildErrorBody', () => {
  it.each<[ViewerErrorCode, string, number]>([
    ['MissingKey', 'Missing Key-Pair-Id query parameter or cookie value', 146],
    ['InvalidKey', 'Unknown Key', 106],
    ['MalformedPolicy', 'Malformed Policy', 116],
    ['MalformedSignature', 'Could not unencode Signature', 131],
    ['AccessDenied', 'Access denied', 110],
  ])('%s says "%s" in %d bytes', (code, message, bytes) => {
    expect(buildErrorBody(code)).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    );
    expect(Buffer.byteLength(buildErrorBody(code))).toBe(bytes);
  });
});

describe('VIEWER_REFUSALS', () => {
  it('is this list, and nothing else is ever a reason', () => {
    const byCode = VIEWER_ERROR_CODES.map((code) => [
      code,
      REASONS.filter((reason) => VIEWER_REFUSALS[reason].code === code),
    ]);

    expect(Object.fromEntries(byCode)).toEqual({
      MissingKey: ['missing_key_id', 'malformed_key_id'],
      InvalidKey: ['unknown_key', 'unsupported_key'],
      MalformedPolicy: [
        'missing_policy',
        'policy_and_expires',
        'malformed_expires',
        'policy_encoding',
        'policy_not_json',
        'policy_duplicate_member',
        'policy_unknown_member',
        'policy_statement',
        'policy_resource',
        'policy_expiry_missing',
        'policy_time',
        'policy_milliseconds',
        'policy_ip_range',
      ],
      MalformedSignature: ['malformed_signature'],
      AccessDenied: [
        'malformed_url',
        'encoded_parameter_name',
        'duplicate_credential',
        'cookies_ignored',
        'missing_signature',
        'unsupported_hash',
        'sha1_refused',
        'bad_signature',
        'unsupported_resource',
        'outside_resource',
        'not_yet_valid',
        'expired',
        'wrong_address',
      ],
    });
  });

  it.each(REASONS)('describes %s in one sentence of its own', (reason) => {
    const { description } = VIEWER_REFUSALS[reason];

    expect(description.length).toBeGreaterThan(20);
    expect(REASONS.filter((other) => VIEWER_REFUSALS[other].description === description)).toEqual([
      reason,
    ]);
  });
});

describe('firstErrorCode', () => {
  it('answers what CloudFront notices first, in whatever order reasons are found', () => {
    const reasons: ViewerRefusalReason[] = [
      'expired',
      'malformed_signature',
      'policy_time',
      'unknown_key',
      'missing_key_id',
    ];
    const codes = reasons.map((_, index) => firstErrorCode(new Set(reasons.slice(0, index + 1))));

    expect(codes).toEqual([
      'AccessDenied',
      'MalformedSignature',
      'MalformedPolicy',
      'InvalidKey',
      'MissingKey',
    ]);
  });

  it('is AccessDenied when nothing is known', () => {
    expect(firstErrorCode(new Set())).toBe('AccessDenied');
  });
});
