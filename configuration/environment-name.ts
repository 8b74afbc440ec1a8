/** Most characters of an environment's name: resource names begin with it. */
const CHARACTERS_MAX = 16;

/** The name of an environment, and so of a local cloud. */
export const ENVIRONMENT_NAME = new RegExp(
  `^[a-z](?:[a-z0-9-]{0,${CHARACTERS_MAX - 2}}[a-z0-9])?$`,
);

/** What is allowed for a name. */
export const ENVIRONMENT_NAME_TEXT = `1-${CHARACTERS_MAX} characters of a-z 0-9 -, the first a letter, the last no dash`;
