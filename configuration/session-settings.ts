import { type IssuerConfiguration, resolveIssuer } from '#access-token/presets';
import type { TokenIssuer } from '#access-token/token-issuer';
import { InputError } from '#core/errors';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error';
import { type FunctionSettings, parseFunctionSettings } from './function-settings';
import { type LoadedEnvironment, loadPinnedJwks } from './load-environment';

/**
 * How a reference to a value that only Terraform knows begins; nothing resolves one inside a zip.
 */
export const TERRAFORM_TOKEN_MARK = '${TfToken[';

/** Problems of a step, and what it yields when there are none. */
function collect<Result>(
  problems: ConfigurationProblem[],
  step: () => Result,
  toProblems: (error: unknown) => readonly ConfigurationProblem[],
): Result | undefined {
  try {
    return step();
  } catch (error) {
    problems.push(...toProblems(error));
    return undefined;
  }
}

function problemsOf(error: unknown): readonly ConfigurationProblem[] {
  if (error instanceof ConfigurationError) return error.problems;
  throw error;
}

function resolveAt(
  problems: ConfigurationProblem[],
  issuer: IssuerConfiguration,
  index: number,
): TokenIssuer | undefined {
  return collect(
    problems,
    () => resolveIssuer(issuer),
    (error) => {
      if (!(error instanceof InputError)) throw error;
      const received = 'a value that its preset cannot use';
      return [{ key: `issuers.${index}.${error.field}`, received, allowed: error.message }];
    },
  );
}

function findTokenProblems(settings: FunctionSettings): ConfigurationProblem[] {
  if (!JSON.stringify(settings).includes(TERRAFORM_TOKEN_MARK)) return [];
  const allowed = 'values that are known now';
  return [{ key: 'issuers', received: 'a reference of Terraform', allowed }];
}

/**
 * Builds the settings of the functions of the API from an environment: issuers completed by their
 * presets, pinned JWKS, origins and limits. They contain public data only. The function's own
 * parser checks them here too, so an error shows at synthesis.
 *
 * @throws {ConfigurationError} naming every issuer that its preset cannot complete, and every
 * pinned key
 *   set that cannot be used
 */
export function buildSessionSettings(loaded: LoadedEnvironment): FunctionSettings {
  const { appOrigins, cookies, grants, target, name, issuers } = loaded.environment;
  const problems: ConfigurationProblem[] = [];
  const resolved = issuers.map((issuer, index) => resolveAt(problems, issuer, index));
  const pinnedJwks = collect(problems, () => loadPinnedJwks(loaded), problemsOf);
  const document = {
    issuers: resolved,
    pinnedJwks,
    appOrigins,
    cookies: { sameSite: cookies.sameSite },
    grants: {
      cookieLifetimeSeconds: grants.cookieLifetimeSeconds,
      signedUrlLifetimeSeconds: grants.signedUrlLifetimeSeconds,
      signedUrlBatchLifetimeSeconds: grants.signedUrlBatchLifetimeSeconds,
      reuseWindowSeconds: grants.reuseWindowSeconds,
      shareAcrossSubjects: grants.shareAcrossSubjects,
      capToToken: grants.capToToken,
    },
    allowLoopbackHttp: target === 'emulator',
  };
  const settings =
    problems.length > 0
      ? undefined
      : collect(problems, () => parseFunctionSettings(document), problemsOf);
  if (settings !== undefined) problems.push(...findTokenProblems(settings));
  if (settings === undefined || problems.length > 0) throw new ConfigurationError(name, problems);
  return settings;
}
