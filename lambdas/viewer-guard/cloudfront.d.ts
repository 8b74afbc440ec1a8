/** The runtime's own module, as much of it as is used. */
declare module 'cloudfront' {
  const cf: {
    /**
     * Writes a text of at most 800 bytes (URL-encoded) into `viewer-request-log-data`; the last call wins.
     *
     * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/general-helper-methods.html
     */
    logCustomData(text: string): void;
  };
  export default cf;
}
