/** URL path of the files API. */
export const FILES_PATH = '/api/files';

/** URL path for the signed URL of one file; the file id follows it. */
export const SIGNED_URL_PATH = `${FILES_PATH}/signed-url`;

/** URL path for the signed URLs of many files. */
export const SIGNED_URLS_PATH = `${FILES_PATH}/signed-urls`;

/** Maximum number of file ids in one request for signed URLs (C-26). */
export const SIGNED_URL_BATCH_MAX = 100;

/** Maximum size of the body of such a request, in bytes (C-26). */
export const SIGNED_URL_BATCH_BODY_BYTES_MAX = 64 * 1024;

/** Maximum number of files in one part of a list. */
export const FILE_LIST_MAX = 100;
