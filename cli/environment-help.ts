import { DEFAULT_ENVIRONMENT, ENVIRONMENT_VARIABLE } from '#core/contract/process-variables';

/** What help says of an option or argument that chooses an environment. */
export const ENVIRONMENT_HELP = `environment name or file (default: ${ENVIRONMENT_VARIABLE}, else ${DEFAULT_ENVIRONMENT})`;
