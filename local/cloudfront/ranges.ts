import { type EdgeRequest, type EdgeResponse, singleHeader } from './exchange';

/**
 * Parses a Range header with one byte range. Returns undefined if there is no range, or one that
 * RFC 9110 section 14.2 allows to ignore.
 */
export function parseByteRange(
  header: string | undefined,
  length: number,
): { readonly first: number; readonly last: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [, from = '', to = ''] = match;
  const first = from === '' ? Math.max(0, length - Number(to)) : Number(from);
  const last = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  return first > last || first >= length ? 'unsatisfiable' : { first, last };
}

/**
 * Compares entity tags with the weak comparison, as `If-None-Match` requires (RFC 9110 section
 * 13.1.2).
 */
function namesEntity(list: string, etag: string): boolean {
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return list.trim() === '*' || list.split(',').some((tag) => opaque(tag) === opaque(etag));
}

function isNotModified(request: EdgeRequest, response: EdgeResponse): boolean {
  const etag = singleHeader(response, 'etag');
  const wanted = request.headers['if-none-match'];
  if (wanted !== undefined) return etag !== undefined && namesEntity(wanted, etag);
  const since = request.headers['if-modified-since'];
  const modified = singleHeader(response, 'last-modified');
  return since !== undefined && modified !== undefined && Date.parse(modified) <= Date.parse(since);
}

/**
 * Returns whether the range may be used. If `If-Range` names another version, the whole object must
 * be sent.
 */
function isRangeOfThis(request: EdgeRequest, response: EdgeResponse): boolean {
  const condition = request.headers['if-range'];
  if (condition === undefined) return true;
  return ['etag', 'last-modified'].some((name) => singleHeader(response, name) === condition);
}

/**
 * Makes the answer for the viewer from a whole object: the object, a range, only the headers, or a
 * 304.
 */
export function presentObject(request: EdgeRequest, response: EdgeResponse): EdgeResponse {
  if (response.status !== 200) return response;
  if (isNotModified(request, response)) return { ...response, status: 304, body: Buffer.alloc(0) };
  const headers = { ...response.headers, 'accept-ranges': 'bytes' };
  const total = response.body.length;
  const range = isRangeOfThis(request, response)
    ? parseByteRange(request.headers['range'], total)
    : undefined;
  if (range === undefined) return { ...response, headers };
  if (range === 'unsatisfiable') {
    return {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${total}` },
      body: Buffer.alloc(0),
    };
  }
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${range.first}-${range.last}/${total}` },
    body: response.body.subarray(range.first, range.last + 1),
  };
}
