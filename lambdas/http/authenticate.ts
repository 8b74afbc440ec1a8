import type { AccessIdentity, AccessTokenVerifier } from '#access-token/verify-access-token';
import { assertRequestOrigin } from './cross-origin';
import { Refused } from './refused';
import { readBearerToken } from './request-checks';

export interface AuthenticationInput {
  readonly verifier: AccessTokenVerifier;
  readonly appOrigins: readonly string[];
}

/**
 * Returns who sent a request: the verified access token in the header of a request whose origin is
 * allowed.
 *
 * @throws {Refused} with the reason; the error does not contain the token
 */
export async function authenticate(
  request: Request,
  { verifier, appOrigins }: AuthenticationInput,
): Promise<AccessIdentity> {
  const token = readBearerToken(request);
  assertRequestOrigin(request.headers, appOrigins);
  const verified = await verifier.verify(token);
  if (!verified.ok) throw new Refused(verified.refusal);
  return verified.value;
}
