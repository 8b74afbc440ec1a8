import { existsSync } from 'node:fs';
import { findProviderVersion, requireDeployable } from '#configuration/deployable-environment';
import { builtFunctionsFolder, isCheckout } from '#configuration/package-folder';
import { type CommandContext, writeLine } from './context';
import { loadChosenEnvironment, openEnvironment } from './deployed-environment';
import { EXIT, type ExitCode } from './exit-codes';
import { bringsItsOwn, createPolicyReader, findStatementProblems } from './required-statements';
import { NothingDeployedError } from './unreachable-error';

/**
 * Checks the policies of the user's own bucket and key. This is possible only after the environment
 * is deployed.
 */
async function checkOwnPolicies(
  context: CommandContext,
  chosen: string | undefined,
): Promise<ExitCode> {
  try {
    const { environment, deployment, variables } = await openEnvironment(context, chosen);
    const reader = createPolicyReader(variables);
    const problems = await findStatementProblems(environment, deployment, reader);
    for (const { owner, problem, statement } of problems) {
      writeLine(context.output, `  ${owner}: ${problem}`);
      writeLine(context.output, `    its policy needs ${JSON.stringify(statement)}`);
    }
    if (problems.length > 0) return EXIT.refused;
    writeLine(context.output, '  bucket and key of yours: every statement that is needed is there');
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof NothingDeployedError)) throw error;
    writeLine(
      context.output,
      '  bucket or key of yours: not deployed yet; afterwards add what the output required_policy_statements prints, and check again',
    );
    return EXIT.done;
  }
}

/**
 * Checks an environment file as synthesis and the start of the deployed function do, and says
 * what it will do; the
 * error names everything that is wrong. For a
 * bucket or key that the environment did not make, exit code 1 names the policy statement that is
 * missing.
 */
export async function runConfigCheck(
  context: CommandContext,
  chosen: string | undefined,
): Promise<ExitCode> {
  const { environment, file } = loadChosenEnvironment(context, chosen);
  const functionsFolder = existsSync(builtFunctionsFolder()) ? builtFunctionsFolder() : undefined;
  requireDeployable(
    { environment, file },
    {
      // In a checkout `cdktf` builds them before it synthesises; a package comes with them.
      functionsFolder: isCheckout() ? functionsFolder : builtFunctionsFolder(),
      providerVersion: findProviderVersion(context.root),
    },
  );
  const slots = Object.entries(environment.signingKeys).map(
    ([slot, { state, custody }]) => `${slot} ${state} in ${custody}`,
  );
  writeLine(context.output, `${file}: correct`);
  writeLine(
    context.output,
    `  environment ${environment.name}, target ${environment.target}, region ${environment.region}`,
  );
  writeLine(
    context.output,
    `  token issuers: ${environment.issuers.map(({ issuer }) => issuer).join(', ')}`,
  );
  writeLine(
    context.output,
    `  pages that may log in: ${environment.appOrigins.join(', ') || 'none'}`,
  );
  writeLine(context.output, `  signing keys: ${slots.join(', ')}`);
  writeLine(context.output, `  CloudFront pricing plan: ${environment.pricingPlan}`);
  return bringsItsOwn(environment) ? await checkOwnPolicies(context, chosen) : EXIT.done;
}
