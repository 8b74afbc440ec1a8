import { singleHeader, type EdgeRequest, type EdgeResponse } from './exchange';

/** A Range header of one byte range, or undefined for none and for what RFC 9110 section 14.2 lets one ignore. */
export function parseByteRange(
  header: string | undefined,
  length: number,
): { readonly first: number; readonly last: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [, from = '', to = ''] = match;
  const first = from === '' ? Math.max(0, length - Number(to)) : Number(from);
  const last = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1);
  return first > last || first >= length ? 'unsatisfiable' : { first, last };
}

function isNotModified(request: EdgeRequest, response: EdgeResponse): boolean {
  const etag = singleHeader(response, 'etag');
  const wanted = request.headers['if-none-match'];
  if (wanted !== undefined) {
    return etag !== undefined && (wanted === '*' || wanted.split(/,\s*/).includes(etag));
  }
  const since = request.headers['if-modified-since'];
  const modified = singleHeader(response, 'last-modified');
  return since !== undefined && modified !== undefined && Date.parse(modified) <= Date.parse(since);
}

/** What a viewer gets of a whole object: all of it, a range, only its headers, or a 304. */
export function presentObject(request: EdgeRequest, response: EdgeResponse): EdgeResponse {
  if (response.status !== 200) return response;
  if (isNotModified(request, response)) return { ...response, status: 304, body: Buffer.alloc(0) };
  const headers = { ...response.headers, 'accept-ranges': 'bytes' };
  const range = parseByteRange(request.headers['range'], response.body.length);
  if (range === undefined) return { ...response, headers };
  const total = response.body.length;
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
