import { resolveIssuer } from '#access-token/presets';
import { InputError } from '#core/errors';
import { ConfigurationError } from './configuration-error';
import { type FunctionSettings, parseFunctionSettings } from './function-settings';
import { type LoadedEnvironment, loadPinnedJwks } from './load-environment';

/**
 * What the session function learns of an environment: issuers filled up with their presets, pinned JWKS,
 * origins and limits. Public data only; checked with the parser that the function itself starts with.
 *
 * @throws {ConfigurationError} naming the issuer that its preset cannot complete
 */
export function buildSessionSettings(loaded: LoadedEnvironment): FunctionSettings {
  const { appOrigins, cookies, grants, target, name } = loaded.environment;
  return parseFunctionSettings({
    issuers: loaded.environment.issuers.map((issuer, index) => {
      try {
        return resolveIssuer(issuer);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        const problem = { key: `issuers.${index}.${error.field}`, ...describeInputError(error) };
        throw new ConfigurationError(name, [problem]);
      }
    }),
    pinnedJwks: loadPinnedJwks(loaded),
    appOrigins,
    cookies: { sameSite: cookies.sameSite },
    grants: {
      cookieLifetimeSeconds: grants.cookieLifetimeSeconds,
      reuseWindowSeconds: grants.reuseWindowSeconds,
      shareAcrossSubjects: grants.shareAcrossSubjects,
      capToToken: grants.capToToken,
    },
    allowLoopbackHttp: target === 'emulator',
  });
}

function describeInputError(error: InputError): { received: string; allowed: string } {
  return { received: 'a value that its preset cannot use', allowed: error.message };
}
