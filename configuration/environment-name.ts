/**
 * Maximum number of characters in an environment name. It is short because all resource names start
 * with it.
 */
const CHARACTERS_MAX = 16;

/** Pattern of an environment name. The name of a local cloud is the name of its environment. */
export const ENVIRONMENT_NAME = new RegExp(
  `^[a-z](?:[a-z0-9-]{0,${CHARACTERS_MAX - 2}}[a-z0-9])?$`,
);

/** Description of a valid environment name, for error messages. */
export const ENVIRONMENT_NAME_TEXT = `1-${CHARACTERS_MAX} characters of a-z 0-9 -, the first a letter, the last no dash`;
