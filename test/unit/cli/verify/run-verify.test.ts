import { Readable, Writable } from 'node:stream';
import { LINE_CHARACTERS_MAX, runVerify } from '#cli/verify/run-verify';

const LINE = JSON.stringify({
  url: 'https://media.example.com/t/acme/x',
  method: 'GET',
  headers: { note: 'zoë\u2028' },
  clientIp: '203.0.113.7',
  now: 1_767_290_000,
  publicKeys: {},
});

/** Takes one chunk at a time, and counts how many it was ever made to hold. */
class SlowOutput extends Writable {
  text = '';
  heldMax = 0;

  constructor() {
    super({ highWaterMark: 1 });
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.heldMax = Math.max(this.heldMax, this.writableLength);
    this.text += chunk.toString();
    setImmediate(done);
  }
}

async function run(chunks: readonly (string | Buffer)[], output: Writable = new SlowOutput()) {
  const errorOutput = new SlowOutput();
  const code = await runVerify({ input: Readable.from(chunks), output, errorOutput });
  return { code, errors: errorOutput.text, text: output instanceof SlowOutput ? output.text : '' };
}

describe('runVerify', () => {
  it('L-04: the name of a header stays text on the terminal', async () => {
    const headers = { 'a\u001b[31m\nb': 1 };
    const { code, errors } = await run([
      JSON.stringify({ ...(JSON.parse(LINE) as object), headers }),
    ]);

    expect(code).toBe(2);
    expect(errors).toContain('headers.a\\u{1b}[31m\\u{a}b: expected a string');
  });

  it.each([
    ['a last line feed', [`${LINE}\n${LINE}\n`]],
    ['no last line feed', [`${LINE}\n${LINE}`]],
    ['CRLF', [`${LINE}\r\n${LINE}\r\n`]],
    ['lines cut anywhere', [LINE.slice(0, 9), LINE.slice(9), '\n', `${LINE}\n`]],
    [
      'characters cut in the middle',
      Array.from(Buffer.from(`${LINE}\n${LINE}\n`), (byte) => Buffer.from([byte])),
    ],
  ])('reads %s', async (_, chunks) => {
    const { code, errors, text } = await run(chunks);

    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(text.split('\n')).toHaveLength(3);
    expect(text.match(/"missing_key_id"/g)).toHaveLength(2);
  });

  it('exits with 0 for no input', async () => {
    await expect(run([])).resolves.toEqual({ code: 0, errors: '', text: '' });
  });

  it('exits with 2 for a bad line, after the verdicts before it', async () => {
    const { code, errors, text } = await run([`${LINE}\n${LINE}\n\n${LINE}\n`]);

    expect(code).toBe(2);
    expect(errors).toBe('edgepass verify: line 3: expected one JSON object\n');
    expect(text.split('\n')).toHaveLength(3);
  });

  it('takes a line of the greatest length', async () => {
    const padding = ' '.repeat(LINE_CHARACTERS_MAX - LINE.length);

    expect(await run([`${LINE}${padding}\n${LINE}`])).toMatchObject({ code: 0, errors: '' });
  });

  it.each(['\n', ''])('exits with 2 for a longer line, whatever follows (%j)', async (end) => {
    const padding = ' '.repeat(LINE_CHARACTERS_MAX - LINE.length + 1);
    const { code, errors, text } = await run([`${LINE}\n${LINE}${padding}${end}`]);

    expect({ code, errors }).toEqual({
      code: 2,
      errors: 'edgepass verify: line 2: expected at most 1048576 characters\n',
    });
    expect(text.split('\n')).toHaveLength(2);
  });

  it('reads no further than the greatest length, however long the line is', async () => {
    let chunks = 0;
    function* endless(): Generator<string> {
      for (;;) {
        chunks += 1;
        yield 'x'.repeat(16 * 1024);
      }
    }
    const output = new SlowOutput();
    const errorOutput = new SlowOutput();

    await expect(runVerify({ input: Readable.from(endless()), output, errorOutput })).resolves.toBe(
      2,
    );
    expect(chunks).toBeLessThan(200);
  });

  it('writes no faster than the output takes', async () => {
    const output = new SlowOutput();
    await run([`${LINE}\n`.repeat(200)], output);

    expect(output.text.split('\n')).toHaveLength(201);
    expect(output.heldMax).toBeLessThan(500);
    expect(output.listenerCount('error')).toBe(0);
  });

  it('leaves the output open', async () => {
    const output = new SlowOutput();
    await run([LINE], output);

    expect(output.writableEnded).toBe(false);
  });

  function failingOutput(code: string, highWaterMark: number): Writable {
    return new Writable({
      highWaterMark,
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('the pipe broke'), { code }));
      },
    });
  }

  it.each([1, 1_000_000])(
    'stops in peace when its reader has left (high water mark %d)',
    async (mark) => {
      await expect(
        run([`${LINE}\n`.repeat(50)], failingOutput('EPIPE', mark)),
      ).resolves.toMatchObject({
        code: 0,
        errors: '',
      });
    },
  );

  it.each([1, 1_000_000])(
    'passes on any other failure of the output (high water mark %d)',
    async (mark) => {
      await expect(run([`${LINE}\n`.repeat(50)], failingOutput('ENOSPC', mark))).rejects.toThrow(
        'the pipe broke',
      );
    },
  );

  it('notices between two lines that its reader has left', async () => {
    const output = new Writable({
      write(_chunk, _encoding, done) {
        setImmediate(done, Object.assign(new Error('the pipe broke'), { code: 'EPIPE' }));
      },
    });
    let chunks = 0;
    const input = new Readable({
      read() {
        setImmediate(() => this.push(++chunks < 1000 ? `${LINE}\n` : null));
      },
    });

    await expect(runVerify({ input, output, errorOutput: new SlowOutput() })).resolves.toBe(0);
    expect(chunks).toBeLessThan(1000);
  });

  it('passes on the failure of the input', async () => {
    const input = new Readable({
      read() {
        this.destroy(new Error('no such file'));
      },
    });

    await expect(
      runVerify({ input, output: new SlowOutput(), errorOutput: new SlowOutput() }),
    ).rejects.toThrow('no such file');
  });
});
