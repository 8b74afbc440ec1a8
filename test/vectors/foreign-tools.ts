import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Hash = 'sha1' | 'sha256';
export type KeyKind = 'rsa' | 'p256' | 'rsa4096';

const KEY_COMMANDS: Readonly<Record<KeyKind, readonly string[]>> = {
  rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  rsa4096: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:4096'],
  p256: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
};

/** A key pair on disk that OpenSSL creates for one run; it is deleted afterwards. */
export interface ToolKey {
  readonly file: string;
  readonly pem: string;
  readonly publicKey: string;
}

/** The tools that make the vectors. None of them belongs to this project. */
export class ForeignTools {
  readonly #folder = mkdtempSync(join(tmpdir(), 'edgepass-vectors-'));

  generateKey(kind: KeyKind): ToolKey {
    const file = join(this.#folder, `${kind}-${process.hrtime.bigint()}.pem`);
    execFileSync('openssl', ['genpkey', ...KEY_COMMANDS[kind], '-out', file], { stdio: 'pipe' });
    const publicKey = execFileSync('openssl', ['pkey', '-in', file, '-pubout'], { stdio: 'pipe' });
    return { file, pem: readFileSync(file, 'utf8'), publicKey: publicKey.toString() };
  }

  /**
   * The command of AWS's guide: `openssl … -sign`, then `openssl base64`, then `tr -- '+=/' '-_~'`.
   */
  opensslSignature(
    message: string,
    key: ToolKey,
    { hash, options = [] }: { hash: Hash; options?: readonly string[] },
  ): string {
    const command = ['dgst', `-${hash}`, '-sign', key.file, ...options];
    const signature = execFileSync('openssl', command, { input: message });
    return this.cloudFrontBase64(signature);
  }

  cloudFrontBase64(bytes: Buffer | string): string {
    const base64 = execFileSync('openssl', ['base64', '-A'], { input: bytes }).toString();
    return execFileSync('tr', ['--', '+=/', '-_~'], { input: base64 }).toString().trim();
  }

  /** `aws cloudfront sign`; `undefined` where the AWS CLI is not installed. */
  awsCliSignedUrl(key: ToolKey, parameters: readonly string[]): string | undefined {
    // The AWS CLI reads only PKCS#1 keys.
    const file = `${key.file}.pkcs1`;
    const convert = ['rsa', '-in', key.file, '-traditional', '-out', file];
    execFileSync('openssl', convert, { stdio: 'pipe' });
    const command = ['cloudfront', 'sign', '--private-key', `file://${file}`, ...parameters];
    try {
      return execFileSync('aws', command, { stdio: 'pipe' }).toString().trim();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Returns whether OpenSSL accepts a signature of this project. */
  opensslVerifies(input: {
    publicKey: string;
    message: Uint8Array;
    signature: Uint8Array;
  }): boolean {
    const [key, signature] = [join(this.#folder, 'public.pem'), join(this.#folder, 'signature')];
    writeFileSync(key, input.publicKey);
    writeFileSync(signature, input.signature);
    const command = ['dgst', '-sha256', '-verify', key, '-signature', signature];
    try {
      return (
        execFileSync('openssl', command, { input: input.message, stdio: 'pipe' }).toString() ===
        'Verified OK\n'
      );
    } catch {
      return false;
    }
  }

  version(tool: 'openssl' | 'aws'): string {
    const text = execFileSync(tool, [tool === 'aws' ? '--version' : 'version'], { stdio: 'pipe' });
    return (
      text
        .toString()
        .split(/ \(| Python/)[0]
        ?.trim() ?? tool
    );
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
