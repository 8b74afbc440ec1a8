/**
 * Hours that a query looks back by default. Logs can arrive up to one day late (CloudFront
 * developer guide, "Timing of standard log file delivery").
 */
export const LOG_WINDOW_HOURS = 48;

/**
 * Hours before a window whose files are read, when no response took longer than an hour. CloudFront
 * puts a line into the hour of the request, but the time in the line is the end of the response.
 */
export const LOG_HOURS_BEFORE = 1;

/** Hours after the hour in which a window ends whose files are read too. */
export const LOG_HOURS_AFTER = 1;
