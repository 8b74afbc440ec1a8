import { DEFAULT_ENVIRONMENT, ENVIRONMENT_VARIABLE } from '#core/contract/process-variables';

/** Help text of an option or argument that selects an environment. */
export const ENVIRONMENT_HELP = `environment name or file (default: ${ENVIRONMENT_VARIABLE}, else ${DEFAULT_ENVIRONMENT})`;
