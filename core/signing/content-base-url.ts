import { LOOPBACK_HOST } from '../contract/loopback';
import { InputError } from '../errors';

/**
 * Scheme and host of the content as viewers see them, without a trailing slash. Every Resource
 * starts with it.
 */
export type ContentBaseUrl = string & { readonly brand: 'ContentBaseUrl' };

/**
 * Maximum number of characters in a base URL. It keeps the largest cookie set below 900 bytes
 * (C-33).
 */
export const CONTENT_BASE_URL_CHARACTERS_MAX = 100;

const BASE_URL =
  /^(?<scheme>https?):\/\/(?<host>\[::1\]|[a-z0-9.-]+)(?::(?<port>[1-9][0-9]{0,4}))?$/;
const DOMAIN_NAME =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };
const PORT_MAX = 65_535;

/** Returns whether {@link parseContentBaseUrl} accepts a text. */
export function isContentBaseUrl(text: string): text is ContentBaseUrl {
  const { scheme, host, port } = BASE_URL.exec(text)?.groups ?? {};
  if (scheme === undefined || host === undefined) return false;
  if (text.length > CONTENT_BASE_URL_CHARACTERS_MAX) return false;
  if (LOOPBACK_HOST.test(host)) {
    // Browsers remove a default port from the URL, so a Resource with the default port would never
    // match.
    return port === undefined || (port !== DEFAULT_PORTS[scheme] && Number(port) <= PORT_MAX);
  }
  return scheme === 'https' && port === undefined && DOMAIN_NAME.test(host);
}

/**
 * Parses the configured base URL, for example `https://media.example.com`. `http` and a port are
 * allowed only for loopback hosts (`localhost`, `127.0.0.0/8`, `[::1]`). A path, query, fragment or
 * user (C-24) or a wildcard (C-04) is refused.
 *
 * @throws {InputError} `ERR_CONTENT_BASE_URL`
 */
export function parseContentBaseUrl(text: string): ContentBaseUrl {
  if (isContentBaseUrl(text)) return text;
  throw new InputError({
    code: 'ERR_CONTENT_BASE_URL',
    field: 'contentBaseUrl',
    allowed: `https://<lower-case host>, at most ${CONTENT_BASE_URL_CHARACTERS_MAX} characters, without path; http or a port only on loopback`,
    received: text,
  });
}
