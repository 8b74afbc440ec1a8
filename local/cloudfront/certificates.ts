import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as x509 from '@peculiar/x509';
import type { EdgeCertificate } from './server';

const DAY_MILLISECONDS = 86_400_000;
const CERTIFICATE_DAYS = 397;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate for the local edge and the authority that clients are to trust. */
export interface LocalCertificate extends EdgeCertificate {
  /** File of the authority's certificate, for `curl --cacert` and browsers. */
  readonly authorityFile: string;
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

async function makeCertificates(
  hosts: readonly string[],
  now: Date,
): Promise<EdgeCertificate & { authority: string }> {
  x509.cryptoProvider.set(webcrypto as never);
  const validity = {
    notBefore: new Date(now.getTime() - DAY_MILLISECONDS),
    notAfter: new Date(now.getTime() + CERTIFICATE_DAYS * DAY_MILLISECONDS),
  };
  const authorityKeys = await webcrypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=Edgepass local authority',
    keys: authorityKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const names = hosts.map((host) => ({
    type: /^[\d.]+$|:/.test(host) ? ('ip' as const) : ('dns' as const),
    value: host,
  }));
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    subject: `CN=${hosts[0] ?? 'localhost'}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.SubjectAlternativeNameExtension(names),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  return {
    certificate: certificate.toString('pem'),
    privateKey: await privateKeyPem(keys.privateKey),
    authority: authority.toString('pem'),
  };
}

/**
 * The certificate of the local edge for these hosts, made at first start in `folder`. The authority's own key
 * is thrown away at once: nobody can make another certificate that a trusting browser would accept.
 */
export async function ensureCertificate(
  folder: string,
  hosts: readonly string[],
  now: Date,
): Promise<LocalCertificate> {
  const file = (name: string): string => path.join(folder, `${name}.pem`);
  const authorityFile = file('authority');
  const renewAfter = CERTIFICATE_DAYS / 2;
  if (
    existsSync(file('certificate')) &&
    existsSync(file('private-key')) &&
    existsSync(authorityFile)
  ) {
    const known = new x509.X509Certificate(readFileSync(file('certificate'), 'utf8'));
    if (known.notAfter.getTime() - now.getTime() > renewAfter * DAY_MILLISECONDS) {
      return {
        certificate: readFileSync(file('certificate'), 'utf8'),
        privateKey: readFileSync(file('private-key'), 'utf8'),
        authorityFile,
      };
    }
  }
  const made = await makeCertificates(hosts, now);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file('private-key'), made.privateKey, { mode: 0o600 });
  writeFileSync(file('certificate'), made.certificate);
  writeFileSync(authorityFile, made.authority);
  return { certificate: made.certificate, privateKey: made.privateKey, authorityFile };
}
