import { parseByteRange, presentObject } from '#local/cloudfront/ranges';
import { answer, viewerRequest } from './edge-fixture';

const MODIFIED = 'Wed, 01 Jan 2025 00:00:00 GMT';
const OBJECT = answer('0123456789', {
  headers: { etag: '"v1"', 'last-modified': MODIFIED, 'content-type': 'text/plain' },
});

function present(headers: Record<string, string>): string {
  const { status, body, headers: got } = presentObject(viewerRequest('/x', { headers }), OBJECT);
  return [status, body.toString(), got['content-range']].filter(Boolean).join(' ');
}

describe('Ranges and conditions', () => {
  it('gives one byte range with 206, from either end', () => {
    expect(present({ range: 'bytes=2-4' })).toBe('206 234 bytes 2-4/10');
    expect(present({ range: 'bytes=7-' })).toBe('206 789 bytes 7-9/10');
    expect(present({ range: 'bytes=-3' })).toBe('206 789 bytes 7-9/10');
    expect(present({ range: 'bytes=0-999' })).toBe('206 0123456789 bytes 0-9/10');
    expect(present({ range: 'bytes=-999' })).toBe('206 0123456789 bytes 0-9/10');
  });

  it('answers 416 to a range that begins after the end', () => {
    expect(present({ range: 'bytes=10-' })).toBe('416 bytes */10');
    expect(present({ range: 'bytes=-0' })).toBe('416 bytes */10');
    expect(parseByteRange('bytes=0-0', 0)).toBe('unsatisfiable');
    expect(present({ range: `bytes=${'9'.repeat(400)}-` })).toBe('416 bytes */10');
  });

  it('ignores what is no single byte range, and gives the whole object', () => {
    const texts = [
      'bytes=4-2',
      'bytes=',
      'bytes=-',
      'bytes=a-b',
      'items=0-1',
      'bytes=0-1,4-5',
      'bytes = 0-1',
      '0-1',
    ];

    expect(texts.map((range) => present({ range }))).toEqual(texts.map(() => '200 0123456789'));
  });

  it('takes a range under If-Range only of the version that it names', () => {
    expect(present({ range: 'bytes=0-1', 'if-range': '"v1"' })).toBe('206 01 bytes 0-1/10');
    expect(present({ range: 'bytes=0-1', 'if-range': MODIFIED })).toBe('206 01 bytes 0-1/10');
    expect(present({ range: 'bytes=0-1', 'if-range': '"v0"' })).toBe('200 0123456789');
  });

  it('answers 304 without a body to the version that the viewer has', () => {
    expect(present({ 'if-none-match': '"v1"' })).toBe('304');
    expect(present({ 'if-none-match': '"v0", W/"v1"' })).toBe('304');
    expect(present({ 'if-none-match': '*' })).toBe('304');
    expect(present({ 'if-none-match': '"v0"' })).toBe('200 0123456789');
    expect(present({ 'if-modified-since': MODIFIED })).toBe('304');
    expect(present({ 'if-modified-since': 'Tue, 31 Dec 2024 00:00:00 GMT' })).toBe(
      '200 0123456789',
    );
    expect(present({ 'if-modified-since': 'yesterday' })).toBe('200 0123456789');
  });

  it('lets If-None-Match decide when both conditions come', () => {
    expect(present({ 'if-none-match': '"v0"', 'if-modified-since': MODIFIED })).toBe(
      '200 0123456789',
    );
  });

  it('applies neither to an error', () => {
    const error = answer('gone', { status: 404 });
    const headers = { range: 'bytes=0-1', 'if-none-match': '*' };

    expect(presentObject(viewerRequest('/x', { headers }), error)).toBe(error);
  });
});
