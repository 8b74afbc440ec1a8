import { LOG_FIELDS, type LogField } from '../analytics/fields';

/** Fields of the `evidence` delivery: the request id, and what the `traffic` delivery must not hold. */
export const EVIDENCE_FIELDS: readonly LogField[] = LOG_FIELDS.filter(
  ({ name, sensitive }) => sensitive || name === 'x-edge-request-id',
);
