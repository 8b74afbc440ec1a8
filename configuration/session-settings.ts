import { resolveIssuer } from '#access-token/presets';
import { InputError } from '#core/errors';
import { ConfigurationError } from './configuration-error';
import { type FunctionSettings, parseFunctionSettings } from './function-settings';
import { type LoadedEnvironment, loadPinnedJwks } from './load-environment';

/**
 * Builds the settings of the session function from an environment: issuers completed by their
 * presets, pinned JWKS, origins and limits. They contain public data only. The function's own
 * parser checks them here too, so an error shows at synthesis.
 *
 * @throws {ConfigurationError} that names the issuer that its preset cannot complete
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
