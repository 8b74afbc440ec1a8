/** Variable that chooses an environment: a name, or a path that ends in `.json`. */
export const ENVIRONMENT_VARIABLE = 'EDGEPASS_ENVIRONMENT';

/** The environment that is used when {@link ENVIRONMENT_VARIABLE} is not set, and the name of the local cloud. */
export const DEFAULT_ENVIRONMENT = 'local';

/** Variable that holds an access token for the checks of a deployed environment. */
export const CHECK_TOKEN_VARIABLE = 'EDGEPASS_CHECK_TOKEN';
