import 'reflect-metadata';
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import * as x509 from '@peculiar/x509';
import { LOOPBACK_NAMES } from '#core/contract/loopback';
import type { EdgeCertificate } from './server';

const DAY_MILLISECONDS = 86_400_000;
const CERTIFICATE_DAYS = 397;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate for the local edge, and the certificate authority that clients must trust. */
export interface LocalCertificate extends EdgeCertificate {
  /** File with the authority's certificate, for `curl --cacert` and browsers. */
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
    type: isAddress(host) ? ('ip' as const) : ('dns' as const),
    value: host,
  }));
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    subject: `CN=${hosts[0] ?? LOOPBACK_NAMES[0]}`,
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

interface CertificateFiles {
  readonly certificate: string;
  readonly privateKey: string;
  readonly authority: string;
}

function filesIn(folder: string): CertificateFiles {
  const file = (name: string): string => path.join(folder, `${name}.pem`);
  return {
    certificate: file('certificate'),
    privateKey: file('private-key'),
    authority: file('authority'),
  };
}

function isAddress(host: string): boolean {
  return isIP(host) !== 0;
}

/**
 * Returns whether the files of an earlier start belong together, are valid for these hosts and do
 * not expire soon.
 */
function isUsable(files: CertificateFiles, hosts: readonly string[], now: Date): boolean {
  try {
    const certificate = new X509Certificate(readFileSync(files.certificate));
    const authority = new X509Certificate(readFileSync(files.authority));
    const remaining = Date.parse(certificate.validTo) - now.getTime();
    return (
      certificate.checkPrivateKey(createPrivateKey(readFileSync(files.privateKey))) &&
      certificate.checkIssued(authority) &&
      certificate.verify(authority.publicKey) &&
      hosts.every((host) =>
        isAddress(host) ? certificate.checkIP(host) : certificate.checkHost(host),
      ) &&
      remaining > (CERTIFICATE_DAYS / 2) * DAY_MILLISECONDS
    );
  } catch {
    // A file is missing, or incomplete because a start was killed.
    return false;
  }
}

/**
 * Returns a certificate of the local edge for these hosts. The first start creates it in `folder`.
 * The private key of the authority is deleted immediately, so nobody can create other certificates
 * that a browser with this authority would accept.
 */
export async function ensureCertificate(
  folder: string,
  hosts: readonly string[],
  now: Date,
): Promise<LocalCertificate> {
  const files = filesIn(folder);
  if (isUsable(files, hosts, now)) {
    return {
      certificate: readFileSync(files.certificate, 'utf8'),
      privateKey: readFileSync(files.privateKey, 'utf8'),
      authorityFile: files.authority,
    };
  }
  const { certificate, privateKey, authority } = await makeCertificates(hosts, now);
  mkdirSync(folder, { recursive: true });
  // The file mode applies only to new files, so the old file is deleted.
  rmSync(files.privateKey, { force: true });
  writeFileSync(files.privateKey, privateKey, { mode: 0o600 });
  writeFileSync(files.certificate, certificate);
  writeFileSync(files.authority, authority);
  return { certificate, privateKey, authorityFile: files.authority };
}
