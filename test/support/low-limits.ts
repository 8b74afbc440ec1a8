import type { QueryDescription } from '#analytics/catalog';
import type { QueryValues } from '#analytics/render-query';

/** Low enough that every question has an answer over a few thousand generated lines. */
const LOW_LIMITS: QueryValues = {
  min_requests: 1,
  min_paths: 2,
  min_failed_share: 0,
  min_refusals: 1,
  min_addresses: 1,
  min_networks: 1,
  min_countries: 1,
  include_tenant_grants: 'yes',
  min_times: 0,
  min_megabytes: 0,
};

/** The low limits that a query has a parameter for, with a fingerprint where it takes one. */
export function lowLimitsFor(
  { name, parameters }: QueryDescription,
  fingerprint: string,
): QueryValues {
  const known = parameters.map((parameter) => parameter.name);
  const given = { ...LOW_LIMITS, ...(name === 'grant' && { fingerprint }) };
  return Object.fromEntries(Object.entries(given).filter(([key]) => known.includes(key)));
}
