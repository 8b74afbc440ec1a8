import { z } from 'zod';

const CLOUDWATCH_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
] as const;

/** Days for which a log group may keep its events: the values that CloudWatch Logs allows. */
export const retentionDays = z.literal(CLOUDWATCH_RETENTION_DAYS);
