import { toRfc3339 } from '#core/clock';
import { SIGNING_ALGORITHMS } from '#core/contract/signing-slots';
import { parseContentBaseUrl } from '#core/signing/content-base-url';
import { signCookies } from '#core/signing/signed-cookies';
import { parseKeyPairId, type Signer } from '#core/signing/signer';
import { tenantScope } from '#core/tenancy/path-scope';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { createKmsSigner } from '#custody/kms-signer';
import { type CommandContext, writeLine } from './context';
import { type DeployedEnvironment, openEnvironment } from './deployed-environment';
import { EXIT, type ExitCode } from './exit-codes';
import { UnreachableError } from './unreachable-error';

export interface GrantOptions {
  readonly tenant: string;
  readonly environment?: string;
  /** Lifetime in seconds. */
  readonly lifetime: number;
}

function activeSigner({ deployment, environment, clients }: DeployedEnvironment): Signer {
  const active = deployment.signingSlots.find(({ state }) => state === 'active');
  if (active === undefined)
    throw new UnreachableError(`environment ${environment.name} has no active signing key`);
  const keySpec = environment.signingKeys[active.slot]?.keySpec ?? 'RSA_2048';
  return createKmsSigner({
    client: clients.kms,
    kmsKeyId: active.kmsKeyId,
    keyPairId: parseKeyPairId(active.keyPairId),
    algorithm: SIGNING_ALGORITHMS[keySpec],
  });
}

/**
 * Signs cookies for the shared content of one tenant with the environment's key and prints them. It
 * is a tool for operators: it needs the IAM permission `kms:Sign` and no access token.
 */
export async function runGrant(context: CommandContext, options: GrantOptions): Promise<ExitCode> {
  const scope = tenantScope(parseTenantId(options.tenant));
  const deployed = await openEnvironment(context, options.environment);
  const contentBaseUrl = parseContentBaseUrl(deployed.deployment.contentBaseUrl);
  // `npm start` creates this file in a local cloud. In other environments the file names are not
  // known here.
  const sample = deployed.environment.target === 'emulator' ? 'gallery.json' : '<file>';
  const now = context.clock.now();
  const set = await signCookies({
    contentBaseUrl,
    scope,
    lifetimeSeconds: options.lifetime,
    now,
    signer: activeSigner(deployed),
  });
  const cookies = set.cookies.map(({ name, value }) => `${name}=${value.reveal()}`);
  writeLine(
    context.errorOutput,
    `opens ${contentBaseUrl}${scope.path}* until ${toRfc3339(set.expiresAt)}; whoever has these cookies may read it`,
  );
  for (const cookie of cookies) writeLine(context.output, cookie);
  writeLine(context.output);
  writeLine(
    context.output,
    `curl -i '${contentBaseUrl}${scope.path}${sample}' -H 'cookie: ${cookies.join('; ')}'`,
  );
  return EXIT.done;
}
