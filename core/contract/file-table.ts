/** Attributes of the table of files that are keys of the table or of its index. */
export const FILE_TABLE = {
  /** Partition key of the table. */
  fileId: 'fileId',
  /** Name of the index that lists the files of one person in one tenant. */
  ownerIndex: 'by-owner',
  /** Partition key of the index: `<tenant>/<owner>`. */
  ownerKey: 'ownerKey',
  /** Sort key of the index: the time in twelve digits, a slash and the file id. */
  ownerSort: 'ownerSort',
} as const;
