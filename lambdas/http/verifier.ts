import type { FetchLike } from '#access-token/fetch-jwks';
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
} from '#access-token/verify-access-token';
import type { FunctionSettings } from '#configuration/function-settings';
import type { Clock } from '#core/clock';

/** Creates the verifier of access tokens from the settings of a function. */
export async function createVerifier(
  { issuers: tokenIssuers, pinnedJwks, allowLoopbackHttp }: FunctionSettings,
  outside: { readonly fetch: FetchLike; readonly clock: Clock },
): Promise<AccessTokenVerifier> {
  return await createAccessTokenVerifier({
    tokenIssuers,
    pinnedJwks,
    allowLoopbackHttp,
    ...outside,
  });
}
