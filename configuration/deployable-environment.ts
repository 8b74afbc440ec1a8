import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findBuiltFunctionProblems } from './built-functions';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error';
import { findCookieSwitchProblems } from './cookie-switch';
import type { FunctionSettings } from './function-settings';
import type { LoadedEnvironment } from './load-environment';
import { buildSessionSettings } from './session-settings';

/** What an environment is deployed with. */
export interface DeployedWith {
  /** Folder of the built functions; `undefined` where the next step builds them. */
  readonly functionsFolder: string | undefined;
  /**
   * Of the AWS provider; `undefined` where none is installed, and so nothing can be synthesised.
   */
  readonly providerVersion: string | undefined;
}

/** Problems that only show together with the provider and the built functions. */
function findProblems(
  { environment }: LoadedEnvironment,
  { functionsFolder, providerVersion }: DeployedWith,
): ConfigurationProblem[] {
  const { evidence, v1 } = environment.logs;
  const v1IncludesCookies = v1?.includeCookies === true;
  return [
    ...(functionsFolder === undefined ? [] : findBuiltFunctionProblems(functionsFolder)),
    ...(evidence === undefined || providerVersion === undefined
      ? []
      : findCookieSwitchProblems({ providerVersion, v1IncludesCookies })),
  ];
}

/**
 * Everything that synthesis and the start of the deployed function check, without AWS: an
 * environment that
 * passes can be synthesised, and its function starts.
 *
 * @returns the settings that the session function starts with
 * @throws {ConfigurationError} with every problem at once
 */
export function requireDeployable(
  loaded: LoadedEnvironment,
  deployedWith: DeployedWith,
): FunctionSettings {
  const problems = findProblems(loaded, deployedWith);
  let settings: FunctionSettings | undefined;
  try {
    settings = buildSessionSettings(loaded);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.unshift(...error.problems);
  }
  if (settings === undefined || problems.length > 0) {
    throw new ConfigurationError(loaded.environment.name, problems);
  }
  return settings;
}

/**
 * Version of the AWS provider that the installed bindings are made for, e.g. `5.100.0`.
 *
 * @param projectFolder where the search for `node_modules` begins
 */
export function findProviderVersion(projectFolder: string): string | undefined {
  const file = path.join(projectFolder, 'node_modules', '@cdktf', 'provider-aws', 'package.json');
  if (existsSync(file)) {
    const { cdktf } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly cdktf?: { readonly provider?: { readonly version?: string } };
    };
    return cdktf?.provider?.version;
  }
  const parent = path.dirname(projectFolder);
  return parent === projectFolder ? undefined : findProviderVersion(parent);
}
