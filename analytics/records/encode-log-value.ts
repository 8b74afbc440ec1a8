/** Characters that CloudFront percent-encodes in logs, besides those below 33 and above 126. */
const ENCODED = /[\u0000-\u0020\u007f-\uffff<>"#%{}|\\^~[\]`']/g; // eslint-disable-line no-control-regex -- the documented set

/** A value as CloudFront writes it into a log. @see DG:standard-logs-reference */
export function encodeLogValue(value: string): string {
  return value.replace(ENCODED, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
