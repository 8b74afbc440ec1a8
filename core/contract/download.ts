/**
 * Query parameter that asks S3 for another `Content-Disposition`. It is the only part of a viewer's
 * query that reaches S3, and it is part of the cache key (C-55, S-11).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const DISPOSITION_PARAMETER = 'response-content-disposition';

/** Maximum length of the file name of a download, in bytes of UTF-8. File systems have the same. */
export const FILE_NAME_BYTES_MAX = 255;
