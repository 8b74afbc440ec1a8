import { CREDENTIAL_NAMES, RESERVED_QUERY_NAMES } from '#core/contract/credential-names';
import {
  DETAILED_RESULT_TYPES,
  NAMED_CAUSES,
  NO_ANSWER_STATUSES,
  PREFLIGHT_METHOD,
  type ResultClass,
} from '#core/contract/detailed-result-types';
import { VIEWER_ERROR_BODY_BYTES } from '#core/contract/error-bodies';
import { FINGERPRINT_CHARACTERS } from '#core/contract/fingerprint';
import { GUARD_NOTE_MEMBERS } from '#core/contract/guard-note';
import { KEY_PAIR_ID, TENANT_ID } from '#core/contract/identifiers';
import { IPV4_RANGE_PATTERN } from '#core/contract/ipv4-range';
import { AGENT_PATTERNS } from './agent-patterns';
import { quoteText, renderLiteral } from './parameters';

type Facts = Readonly<Record<string, string>>;

/** `keyPairId` and `MissingKey` as SQL writes them: `key_pair_id`, `missing_key`. */
function sqlName(name: string): string {
  return name.replaceAll(/(?<=.)[A-Z]/g, '_$&').toLowerCase();
}

function numbers(facts: Readonly<Record<string, number>>): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, renderLiteral(name, 'integer', value)]),
  );
}

function texts(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, renderLiteral(name, 'text', value)]),
  );
}

/** A pattern without its `^` and `$`. */
function unanchored({ source }: RegExp): string {
  return source.replace(/^\^/, '').replace(/\$$/, '');
}

function bodyFacts(): Facts {
  const lengths = Object.values(VIEWER_ERROR_BODY_BYTES).sort((one, other) => one - other);
  const entries = Object.entries(VIEWER_ERROR_BODY_BYTES);
  return {
    ...numbers(
      Object.fromEntries(entries.map(([code, bytes]) => [`${sqlName(code)}_bytes`, bytes])),
    ),
    error_body_bytes: `(${lengths.join(', ')})`,
  };
}

function typesOf(wanted: ResultClass): readonly string[] {
  const found = Object.entries(DETAILED_RESULT_TYPES).filter(
    ([, { resultClass }]) => resultClass === wanted,
  );
  return found.map(([type]) => type);
}

/**
 * The documented failures of an origin, and others that AWS may add. A pattern instead of a list:
 * DuckDB makes a join of a list of this length.
 */
const ORIGIN_FAILURE_PATTERN = `^(Origin.*Error|${typesOf('origin failure').join('|')})$`;

/** What a line says by its detailed result type, as lists and as rows. */
function resultFacts(): Facts {
  const rows = Object.entries(DETAILED_RESULT_TYPES).flatMap(([type, { cause }]) =>
    cause === undefined
      ? []
      : [renderLiteral('named_results', 'text-list', [type, cause, NAMED_CAUSES[cause]])],
  );
  return {
    named_results: rows.join(', '),
    client_left_types: renderLiteral('type', 'text-list', typesOf('client left')),
    no_answer_statuses: `(${NO_ANSWER_STATUSES.join(', ')})`,
    ...texts({
      origin_failure_pattern: ORIGIN_FAILURE_PATTERN,
      preflight_method: PREFLIGHT_METHOD,
    }),
  };
}

/** The text before each member of a note, where `&` stands before every member. */
function noteFacts(): Facts {
  const members = Object.entries(GUARD_NOTE_MEMBERS);
  return texts(
    Object.fromEntries(members.map(([part, member]) => [`note_${sqlName(part)}`, `&${member}=`])),
  );
}

/** What ends a name: any character that no name has. */
const AFTER_NAME = '[^a-z0-9_-]';

function credentialFacts(): Facts {
  const parts = Object.entries(CREDENTIAL_NAMES);
  const labels = parts.map(([part, { parameter }]) => [`${sqlName(part)}_label`, `&${parameter}=`]);
  const { cookie, parameter } = CREDENTIAL_NAMES.policy;
  const cookiePrefix = cookie.slice(0, -parameter.length);
  const anyName = `(${RESERVED_QUERY_NAMES.join('|')})`;
  const lowerCase = RESERVED_QUERY_NAMES.map((name) => name.toLowerCase());
  return texts({
    ...(Object.fromEntries(labels) as Facts),
    signature_cookie: `${CREDENTIAL_NAMES.signature.cookie}=`,
    cookie_prefix_pattern: `;( |%20|%09)*${cookiePrefix}`,
    lower_case_cookie_prefix: cookiePrefix.toLowerCase(),
    signing_name_pattern: `(^|&)${anyName}=`,
    signing_parameter_pattern: `(^|&)${anyName}=[^&]*`,
    lower_case_signing_name_pattern: `&(${lowerCase.join('|')})(${AFTER_NAME}|$)`,
    repeated_signing_name_pattern: lowerCase
      .map((name) => `&${name}(${AFTER_NAME}.*)?&${name}(${AFTER_NAME}|$)`)
      .join('|'),
  });
}

/** One pattern for each kind of program, as `crawler_agent_pattern`. */
function agentFacts(): Facts {
  return Object.fromEntries(
    Object.entries(AGENT_PATTERNS).map(([kind, pattern]) => [
      `${sqlName(kind)}_agent_pattern`,
      quoteText(pattern),
    ]),
  );
}

/**
 * Facts of `core/contract` that the SQL uses, and the patterns of clients, as SQL literals. SQL
 * files name them like parameters (`:missing_key_bytes`), and `render-query` puts the literal there
 * in every statement, prepared ones included: Athena takes `?` only in WHERE. Names of query
 * parameters are never among them.
 */
export const SQL_FACTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...bodyFacts(),
    ...resultFacts(),
    ...noteFacts(),
    ...credentialFacts(),
    ...agentFacts(),
    ...numbers({ fingerprint_characters: FINGERPRINT_CHARACTERS }),
    ...texts({
      key_pair_id_pattern: `^(${unanchored(KEY_PAIR_ID)})$`,
      source_range_pattern: `"AWS:SourceIp"\\s*:\\s*"(${IPV4_RANGE_PATTERN})"`,
      tenant_path_pattern: `^/[tu]/(${unanchored(TENANT_ID)})(/|$)`,
      tenant_address_pattern: `^[a-z*]+://[^/]+/[tu]/(${unanchored(TENANT_ID)})/`,
    }),
  }),
);
