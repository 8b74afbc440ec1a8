/** URL path of the session API. */
export const SESSION_PATH = '/api/session';

/**
 * Name of the cookie that lists the scopes for which a browser holds cookies. The API uses it to
 * report and to clear them. It is not signed, so no access decision may depend on it.
 */
export const SCOPES_COOKIE_NAME = '__Secure-edgepass-scopes';
