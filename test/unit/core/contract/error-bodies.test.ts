import { VIEWER_ERROR_BODY_BYTES } from '#core/contract/error-bodies';
import { buildErrorBody, VIEWER_ERROR_CODES } from '#core/verification/viewer-refusals';

it('gives the length of every body that CloudFront answers with, and no two alike', () => {
  const lengths = VIEWER_ERROR_CODES.map((code) => [code, buildErrorBody(code).length] as const);

  expect(Object.fromEntries(lengths)).toEqual(VIEWER_ERROR_BODY_BYTES);
  expect(new Set(Object.values(VIEWER_ERROR_BODY_BYTES)).size).toBe(VIEWER_ERROR_CODES.length);
});
