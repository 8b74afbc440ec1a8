/**
 * Environment variable that selects an environment: its name, or the path of a file that ends in
 * `.json`.
 */
export const ENVIRONMENT_VARIABLE = 'EDGEPASS_ENVIRONMENT';

/**
 * Name of the environment that is used if {@link ENVIRONMENT_VARIABLE} is not set. It is also the
 * default name of the local cloud.
 */
export const DEFAULT_ENVIRONMENT = 'local';

/**
 * Environment variable with an access token that `edgepass check` uses against a deployed
 * environment.
 */
export const CHECK_TOKEN_VARIABLE = 'EDGEPASS_CHECK_TOKEN';
