/**
 * Names of the environment variables that only the files function reads, in addition to
 * `SESSION_VARIABLES`.
 */
export const FILES_VARIABLES = {
  fileTable: 'EDGEPASS_FILE_TABLE',
  contentBucket: 'EDGEPASS_CONTENT_BUCKET',
  distributionId: 'EDGEPASS_DISTRIBUTION_ID',
} as const;
