import { spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { duplexPair } from 'node:stream';
import tls from 'node:tls';
import { ensureCertificate, type LocalCertificate } from '#local/cloudfront/certificates';

const HOSTS = ['localhost', '127.0.0.1', '::1'];
const NOW = new Date('2026-11-20T00:00:00Z');
const DAY = 86_400_000;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'edgepass-tls-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const ensure = (days = 0, hosts = HOSTS): Promise<LocalCertificate> =>
  ensureCertificate(folder, hosts, new Date(NOW.getTime() + days * DAY));

function openssl(...parameters: string[]): string {
  const { stdout, stderr, status } = spawnSync('openssl', parameters, { encoding: 'utf8' });
  return `${status ?? 'none'} ${stdout}${stderr}`;
}

/** A TLS handshake in memory: the name that the client insists on, and whom it trusts. */
function handshake(made: LocalCertificate, servername: string, ca: string): Promise<string> {
  const [clientSide, serverSide] = duplexPair();
  const secureContext = tls.createSecureContext({ cert: made.certificate, key: made.privateKey });
  const server = new tls.TLSSocket(serverSide, { isServer: true, secureContext });
  server.on('error', () => undefined);
  return new Promise((resolve) => {
    const client = tls.connect({ socket: clientSide, servername, host: servername, ca });
    client.once('secureConnect', () => {
      resolve(`authorized: ${client.authorized}`);
      client.destroy();
    });
    client.once('error', (error: Error & { code?: string }) => {
      resolve(error.code ?? error.message);
    });
  });
}

describe('The certificate of the local edge', () => {
  it('OpenSSL verifies it for localhost and both loopback addresses, and for nothing else', async () => {
    const { authorityFile } = await ensure();
    const file = path.join(folder, 'certificate.pem');
    const at = ['-attime', String(NOW.getTime() / 1_000)];
    const verify = (...rest: string[]): string =>
      openssl('verify', ...at, '-CAfile', authorityFile, '-purpose', 'sslserver', ...rest, file);

    expect(verify('-verify_hostname', 'localhost')).toMatch(/^0 /);
    expect(verify('-verify_ip', '127.0.0.1')).toMatch(/^0 /);
    expect(verify('-verify_ip', '::1')).toMatch(/^0 /);
    expect(verify('-verify_hostname', 'example.com')).not.toMatch(/^0 /);
    expect(verify('-verify_ip', '127.0.0.2')).not.toMatch(/^0 /);
    expect(openssl('verify', ...at, '-CAfile', file, file)).not.toMatch(/^0 /);
  });

  it('a TLS client that trusts the authority accepts it, any other refuses', async () => {
    const made = await ensureCertificate(folder, HOSTS, new Date());
    const authority = readFileSync(made.authorityFile, 'utf8');

    expect(await handshake(made, 'localhost', authority)).toBe('authorized: true');
    expect(await handshake(made, 'example.com', authority)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await handshake(made, 'localhost', made.certificate)).not.toMatch(/true/);
  });

  it('the authority may sign nothing below it but servers, and its own key is kept nowhere', async () => {
    const { authorityFile, privateKey } = await ensure();
    const authority = new X509Certificate(readFileSync(authorityFile));
    const texts = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));

    expect(openssl('x509', '-in', authorityFile, '-noout', '-text')).toMatch(
      /CA:TRUE, pathlen:0[\s\S]*Certificate Sign/,
    );
    expect(authority.checkPrivateKey(createPrivateKey(privateKey))).toBe(false);
    expect(texts.filter((text) => text.includes('PRIVATE KEY'))).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual([
      'authority.pem',
      'certificate.pem',
      'private-key.pem',
    ]);
  });

  it('its private key is readable by its owner alone, also when it replaces another file', async () => {
    const file = path.join(folder, 'private-key.pem');
    writeFileSync(file, 'old', { mode: 0o644 });
    await ensure();

    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is kept over restarts and made anew when half of its time is over', async () => {
    const first = await ensure();
    const kept = await ensure(190);
    const renewed = await ensure(200);

    expect(kept.certificate).toBe(first.certificate);
    expect(renewed.certificate).not.toBe(first.certificate);
    expect(renewed.privateKey).not.toBe(first.privateKey);
  });

  it('is made anew when it does not serve every host', async () => {
    const first = await ensure();
    const second = await ensure(0, [...HOSTS, 'media.localhost']);

    expect(second.certificate).not.toBe(first.certificate);
    expect(new X509Certificate(second.certificate).checkHost('media.localhost')).toBe(
      'media.localhost',
    );
  });

  it('is made anew when a killed start left files that are missing, cut short or do not belong together', async () => {
    const other = await ensure();
    const damages: Record<string, string> = {
      'private-key.pem': other.privateKey,
      'certificate.pem': other.certificate.slice(0, 100),
      'authority.pem': readFileSync(other.authorityFile, 'utf8'),
    };
    rmSync(path.join(folder, 'certificate.pem'));
    await ensure();
    const kept: string[] = [];
    for (const [name, content] of Object.entries(damages)) {
      const before = await ensure();
      writeFileSync(path.join(folder, name), content);
      const after = await ensure();
      if (after.certificate === before.certificate) kept.push(name);
      expect((await ensure()).certificate).toBe(after.certificate);
    }

    expect(kept).toEqual([]);
  });
});
