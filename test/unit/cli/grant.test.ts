import { openEnvironment } from '#cli/deployed-environment';
import { EXIT } from '#cli/exit-codes';
import { type GrantOptions, runGrant } from '#cli/grant';
import { runProgram } from '#cli/program';
import { InputError } from '#core/errors';
import { parseKeyPairId } from '#core/signing/signer';
import { parseTrustedPublicKey } from '#core/verification/trusted-key';
import { DEFAULT_SWITCHES, verifyViewerRequest } from '#core/verification/verify-viewer-request';
import { FakeKms, KMS_KEY_ID } from '../custody/fake-kms';
import { DEPLOYMENT, KMS_KEY, makeContext, makeDeployed, NOW } from './command-fixture';

jest.mock('#cli/deployed-environment', () => ({
  ...jest.requireActual<object>('#cli/deployed-environment'),
  openEnvironment: jest.fn(),
}));

const PICTURE = 'https://media.example.com/t/acme/a.png';
const kms = new FakeKms('RSASSA_PKCS1_V1_5_SHA_256');

beforeEach(() => {
  const deployed = makeDeployed({});
  const clients = { ...deployed.clients, kms: kms.client } as typeof deployed.clients;
  jest.mocked(openEnvironment).mockResolvedValue({ ...deployed, clients });
});

const grant = async (options: Partial<GrantOptions> = {}) => {
  const made = makeContext();
  const exitCode = await runGrant(made.context, { tenant: 'acme', lifetime: 900, ...options });
  return { exitCode, printed: made.printed(), complaints: made.complaints() };
};

const verdictOf = (url: string, cookie: string, now = NOW) =>
  verifyViewerRequest(
    { url, method: 'GET', headers: { cookie }, clientIp: '203.0.113.7' },
    {
      now,
      trustedKeys: new Map([
        [
          parseKeyPairId(DEPLOYMENT.signingSlots[0]?.keyPairId ?? ''),
          parseTrustedPublicKey(kms.publicKeyPem, { allowTestKeySizes: false }),
        ],
      ]),
      switches: DEFAULT_SWITCHES,
    },
  );

describe('edgepass grant', () => {
  it('C-03: prints four cookies that open one tenant for as long as was asked', async () => {
    expect(KMS_KEY).toBe(KMS_KEY_ID);
    const { exitCode, printed } = await grant({ lifetime: 60 });
    const cookie = printed.split('\n').slice(0, 4).join('; ');
    expect(exitCode).toBe(EXIT.done);
    expect(verdictOf(PICTURE, cookie).allowed).toBe(true);
    expect(verdictOf(PICTURE.replace('acme', 'globex'), cookie).allowed).toBe(false);
    expect(verdictOf(PICTURE, cookie, (NOW + 59) as typeof NOW).allowed).toBe(true);
    expect(verdictOf(PICTURE, cookie, (NOW + 60) as typeof NOW).allowed).toBe(false);
  });

  it('keeps what it says about the cookies out of what is piped', async () => {
    const { printed, complaints } = await grant();
    expect(printed.split('\n').slice(0, 4)).toEqual(
      ['Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm'].map(
        (name) => expect.stringMatching(`^CloudFront-${name}=`) as string,
      ),
    );
    expect(complaints).toMatch(/^opens https:\/\/media\.example\.com\/t\/acme\/\* until 2026-/);
    expect(complaints).not.toContain('CloudFront-Signature');
  });

  it.each<[string, Partial<GrantOptions>]>([
    ['C-01: a wildcard', { tenant: '*' }],
    ['C-01: a path', { tenant: 'acme/../globex' }],
    ['C-01: nothing', { tenant: '' }],
  ])('signs nothing for %s, and asks nobody', async (_title, options) => {
    await expect(grant(options)).rejects.toThrow(InputError);
    expect(openEnvironment).not.toHaveBeenCalled();
    expect(kms.commands.filter(({ Message }) => Message === undefined)).toEqual([]);
  });

  it.each(['901', '0', 'soon', '1.5'])(
    'C-08: signs nothing for a life of %s seconds, and asks nobody',
    async (lifetime) => {
      const made = makeContext();
      const command = ['grant', '--tenant', 'acme', '--lifetime', lifetime];

      expect(await runProgram(made.context, command)).toBe(EXIT.badInput);
      expect(made.complaints()).toBe(
        `edgepass: --lifetime: expected a whole number from 1 to 900, received "${lifetime}"\n`,
      );
      expect(openEnvironment).not.toHaveBeenCalled();
    },
  );

  it('signs with an active key only', async () => {
    const signingSlots = DEPLOYMENT.signingSlots.map((slot) => ({
      ...slot,
      state: 'retiring' as const,
    }));
    const deployed = makeDeployed({}, { deployment: { ...DEPLOYMENT, signingSlots } });
    jest.mocked(openEnvironment).mockResolvedValue(deployed);
    await expect(grant()).rejects.toThrow('no active signing key');
  });
});
