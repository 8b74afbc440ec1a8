import {
  fetchJwks,
  type FetchLike,
  JWKS_FETCH_LIMITS,
  JwksFetchError,
} from '#access-token/fetch-jwks';

const URL_OF_KEYS = 'https://id.example.com/jwks';
const fetchFrom = (respond: () => Response): Promise<unknown> =>
  fetchJwks(URL_OF_KEYS, () => Promise.resolve(respond()), JWKS_FETCH_LIMITS);

it('J-13: has these limits', () => {
  expect(JWKS_FETCH_LIMITS).toStrictEqual({ timeoutMilliseconds: 1500, bodyBytesMax: 102_400 });
});

it('J-12: tells the platform not to follow a redirect, and when to give up', async () => {
  const fetch = jest.fn<ReturnType<FetchLike>, Parameters<FetchLike>>(() =>
    Promise.resolve(Response.json({ keys: [] })),
  );
  await fetchJwks(URL_OF_KEYS, fetch, JWKS_FETCH_LIMITS);

  expect(fetch).toHaveBeenCalledWith(URL_OF_KEYS, {
    redirect: 'manual',
    signal: expect.any(AbortSignal) as AbortSignal,
    headers: { accept: 'application/json' },
  });
});

it.each([201, 203, 206, 300, 302, 404, 500])(
  'J-12, J-13: a key set that comes with status %d is none',
  async (status) => {
    await expect(fetchFrom(() => Response.json({ keys: [] }, { status }))).rejects.toThrow(
      new JwksFetchError(`the key set answered with status ${status}`),
    );
  },
);

it('J-13: a text that is no UTF-8 is refused, not repaired', async () => {
  const bytes = Buffer.concat([
    Buffer.from('{"keys":[],"note":"'),
    Buffer.from([0xff]),
    Buffer.from('"}'),
  ]);

  await expect(fetchFrom(() => new Response(bytes))).rejects.toMatchObject({
    name: 'TypeError',
  });
});

it('J-13: the connection of a body that is too large is given back', async () => {
  let isCancelled = false;
  const respond = (): Response =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
        },
        cancel: () => {
          isCancelled = true;
        },
      }),
    );

  await expect(fetchFrom(respond)).rejects.toThrow('larger than 102400 bytes');
  expect(isCancelled).toBe(true);
});
