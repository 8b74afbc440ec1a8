import type { ForwardedValues, Selection } from './distribution';
import { UnsupportedDistributionError } from './unsupported-features';

const NOTHING: Selection = { choice: 'none', names: [] };
/** The values of a behavior without an origin request policy. */
export const NOTHING_FORWARDED: ForwardedValues = {
  headers: NOTHING,
  cookies: NOTHING,
  queries: NOTHING,
};

/**
 * The members that cache policies and origin request policies have in common in the CloudFront API.
 */
export interface ApiValues {
  readonly HeadersConfig?: {
    readonly HeaderBehavior: string | undefined;
    readonly Headers?: ApiNames;
  };
  readonly CookiesConfig?: {
    readonly CookieBehavior: string | undefined;
    readonly Cookies?: ApiNames;
  };
  readonly QueryStringsConfig?: {
    readonly QueryStringBehavior: string | undefined;
    readonly QueryStrings?: ApiNames;
  };
}
type ApiNames = { readonly Items?: readonly string[] | undefined } | undefined;

function selection(behavior: string | undefined, names: ApiNames): Selection {
  const items = names?.Items ?? [];
  switch (behavior) {
    case undefined:
    case 'none':
      return NOTHING;
    case 'all':
    case 'allViewer':
      return { choice: 'all', names: [] };
    case 'whitelist':
      return { choice: 'only', names: items };
    case 'allExcept':
      return { choice: 'allExcept', names: items };
    default:
      throw new UnsupportedDistributionError(
        `a policy selects "${behavior}", which the edge does not know`,
      );
  }
}

/**
 * Reads what a cache policy or origin request policy selects. @throws UnsupportedDistributionError
 * for selections that the edge does not support
 */
export function readForwardedValues(values: ApiValues): ForwardedValues {
  const { HeadersConfig: headers, CookiesConfig: cookies, QueryStringsConfig: queries } = values;
  const lowerCase = { Items: headers?.Headers?.Items?.map((name) => name.toLowerCase()) };
  return {
    headers: selection(headers?.HeaderBehavior, lowerCase),
    cookies: selection(cookies?.CookieBehavior, cookies?.Cookies),
    queries: selection(queries?.QueryStringBehavior, queries?.QueryStrings),
  };
}
