/** Path of the session API. */
export const SESSION_PATH = '/api/session';

/** Cookie that lists which scopes a browser holds cookies for: for reporting and clearing, never for a decision. */
export const SCOPES_COOKIE_NAME = '__Secure-edgepass-scopes';
