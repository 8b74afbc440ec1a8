/** Names of the environment variables that Terraform sets and the session function reads. */
export const SESSION_VARIABLES = {
  contentBaseUrl: 'EDGEPASS_CONTENT_BASE_URL',
  signingSlots: 'EDGEPASS_SIGNING_SLOTS',
  originSecrets: 'EDGEPASS_ORIGIN_SECRETS',
  grantLogGroup: 'EDGEPASS_GRANT_LOG_GROUP',
} as const;
