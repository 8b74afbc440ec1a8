/**
 * Who may read a file. `private`: its owner, and readers of the tenant by their role. `tenant`:
 * everybody in the tenant.
 */
export const FILE_VISIBILITIES = ['private', 'tenant'] as const;

/** One of {@link FILE_VISIBILITIES}. */
export type FileVisibility = (typeof FILE_VISIBILITIES)[number];

/**
 * The states of a file. `pending`: an upload was announced. `stored`: its bytes were checked and it
 * can be read. `refused`: its bytes were not acceptable. `removing`: it is deleted, but edge
 * locations may still have a copy.
 */
export const FILE_STATES = ['pending', 'stored', 'refused', 'removing'] as const;

/** One of {@link FILE_STATES}. */
export type FileState = (typeof FILE_STATES)[number];
