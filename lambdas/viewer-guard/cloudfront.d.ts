/** The parts of the runtime's module `cloudfront` that are used. */
declare module 'cloudfront' {
  const cf: {
    /**
     * Writes a text into the log field `viewer-request-log-data`. The text may have at most 800
     * bytes after URL-encoding. If it is called twice, the last call counts.
     *
     * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/general-helper-methods.html
     */
    logCustomData(text: string): void;
  };
  export default cf;
}
