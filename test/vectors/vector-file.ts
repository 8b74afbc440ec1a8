/**
 * The content of `test/vectors/*.json`. The form is close to Wycheproof's, so that other projects
 * can read the files.
 */
export interface ViewerRequestVector {
  readonly tcId: number;
  readonly comment: string;
  /** The tool that made the signature. */
  readonly source: string;
  readonly result: 'valid' | 'invalid';
  readonly flags: readonly string[];
  readonly url: string;
  readonly cookie: string;
  readonly clientIp: string;
  readonly now: number;
  /** CloudFront's error code; only in invalid vectors. */
  readonly code?: string;
  /** The reasons of this project, in any order. Only in invalid vectors. */
  readonly reasons?: readonly string[];
}

/** A file of requests and the public keys that are trusted in all of them. */
export interface ViewerRequestVectors {
  readonly generator: string;
  readonly numberOfTests: number;
  readonly notes: Readonly<Record<string, string>>;
  readonly publicKeys: Readonly<Record<string, string>>;
  readonly tests: readonly ViewerRequestVector[];
}

/** A computed value with its input as written and its output as another tool computed it. */
export interface UserHashVector {
  readonly tcId: number;
  readonly comment: string;
  readonly source: string;
  readonly tokenIssuer: string;
  readonly subject: string;
  readonly userHash: string;
  readonly personalTenantId: string;
}
