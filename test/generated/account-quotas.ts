import { ACCOUNT_QUOTAS, type AccountQuota } from '#core/contract/account-quotas';

const INTRODUCTION = `# Quotas of the AWS account

Generated from \`core/contract/account-quotas.ts\` by \`npm run generate\`; do not edit.

CloudFront counts most things for the whole account, and some quotas are small: an account has room for ten
public keys, and each signing slot in \`signingKeys\` needs one. A deployment that reaches a quota fails in the middle.

\`npm run --silent edgepass -- check --environment <name> --only quotas\` counts what the account has and fails when
there is no room: before the first deployment for everything that the environment makes, later for one more of each
kind, because a changed policy, function or key group is created before the old one is deleted. It compares with the
default values below. If the account has more than a default value, AWS has raised the quota, and the check says so.
Ask AWS for a higher quota in the Service Quotas console, region us-east-1.

`;

/** Renders docs/quotas.md: the quotas that an environment uses, with their default values. */
export function renderAccountQuotas(): string {
  const quotas: readonly AccountQuota[] = Object.values(ACCOUNT_QUOTAS);
  const rows = quotas.map(
    ({ name, defaultMax, resourceType, source }) =>
      `| ${name} | ${defaultMax} | \`${resourceType}\` | [AWS](${source}) |`,
  );
  return [
    INTRODUCTION,
    '| quota | default | Terraform resource | source |\n',
    '| --- | --- | --- | --- |\n',
    rows.join('\n'),
    '\n',
  ].join('');
}
