import { buildBanner } from '#cli/up-banner';
import type { LocalCloud } from '#local/cloud/local-cloud';
import { DEPLOYMENT } from './command-fixture';

const CANARY = 'hunter2-canary';

function makeCloud(change: Partial<LocalCloud> = {}): LocalCloud {
  return {
    addresses: {
      contentBaseUrl: 'http://localhost:4680',
      galleryOrigin: 'http://localhost:4690',
      otherSiteOrigin: 'http://127.0.0.1:4690',
      tokenIssuer: 'http://localhost:4685',
    },
    deployment: { ...DEPLOYMENT, environment: 'local' },
    environment: {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4666',
      AWS_SECRET_ACCESS_KEY: CANARY,
      EDGEPASS_CHECK_TOKEN: CANARY,
    },
    certificate: undefined,
    environmentFile: '/checkout/.edgepass/local/environment/local.json',
    ...change,
  } as LocalCloud;
}

describe('the banner', () => {
  it('names what to open and who can log in', () => {
    const banner = buildBanner(makeCloud());
    for (const shown of [
      'http://localhost:4690 ',
      'http://localhost:4680 ',
      'http://localhost:4685 ',
      'http://127.0.0.1:4666 ',
      'Margaret Hamilton    acme + globex',
      'Ctrl-C',
    ]) {
      expect(banner).toContain(shown);
    }
  });

  it('K-01: shows no secret: neither of the environment nor a key, token or cookie', () => {
    const certificate = {
      certificate: CANARY,
      privateKey: `-----BEGIN PRIVATE KEY-----${CANARY}`,
      authorityFile: '/x/authority.pem',
    };
    for (const cloud of [makeCloud(), makeCloud({ certificate })]) {
      expect(buildBanner(cloud)).not.toMatch(/canary|PRIVATE KEY|eyJ|CloudFront-Signature=/);
    }
  });

  it('lets curl trust the local authority over TLS', () => {
    const certificate = { certificate: '', privateKey: '', authorityFile: '/x/authority.pem' };
    const lines = buildBanner(makeCloud({ certificate })).split('\n');
    const curls = lines.filter((line) => /^ {2}curl /.test(line));
    expect(curls.length).toBeGreaterThan(2);
    expect(curls.filter((line) => !line.includes("--cacert '/x/authority.pem'"))).toEqual([]);
  });

  it('keeps cookies in the folder of the cloud, and lets edgepass trust the local authority', () => {
    const certificate = { certificate: '', privateKey: '', authorityFile: '/x/authority.pem' };
    const banner = buildBanner(makeCloud({ certificate }));

    expect(banner).toContain("-c '/checkout/.edgepass/local/environment/cookies'");
    expect(banner).not.toContain('/tmp/');
    expect(banner).toContain(
      "NODE_EXTRA_CA_CERTS='/x/authority.pem' npm run --silent edgepass -- check",
    );
  });

  it('names the environment where it is not the usual one', () => {
    const other = makeCloud({ deployment: { ...DEPLOYMENT, environment: 'trial' } });
    expect(buildBanner(other)).toContain('--only direct-s3 --environment trial');
    expect(buildBanner(makeCloud())).not.toContain('--environment');
  });
});
