import path from 'node:path';
import { COOKIE_NAMES } from '#core/contract/credential-names';
import { LOCAL_REFUSAL_HEADER } from '#core/contract/headers';
import { SESSION_PATH } from '#core/contract/session-api';
import type { LocalCloud } from '#local/cloud/local-cloud';
import { PEOPLE } from '#local/identity/people';
import { ownCommand } from './own-command';

const PICTURE = '/f/picture-1/landscape.png';

/** Commands that the user can try. Each line says what it shows. */
function walkthrough({
  addresses,
  certificate,
  deployment,
  environment,
  environmentFile,
}: LocalCloud): readonly [string, string][] {
  const curl = certificate === undefined ? 'curl' : `curl --cacert '${certificate.authorityFile}'`;
  const { contentBaseUrl: content, tokenIssuer } = addresses;
  const named =
    deployment.environment === 'local' ? '' : ` --environment ${deployment.environment}`;
  // The cookie file is not in the shared temporary folder, because another user could place a link
  // there under a known name.
  const jar = `'${path.join(path.dirname(environmentFile), 'cookies')}'`;
  const altered = `'${path.join(path.dirname(environmentFile), 'cookies-altered')}'`;
  const trusting =
    certificate === undefined ? '' : `NODE_EXTRA_CA_CERTS='${certificate.authorityFile}' `;
  const edgepass = `${trusting}${ownCommand()}`;
  const own = `${content}/t/acme${PICTURE}`;
  const look = `${curl} -s -o /dev/null -w '%{http_code} %header{${LOCAL_REFUSAL_HEADER}}\\n'`;
  const bucket = `${environment['AWS_ENDPOINT_URL'] ?? ''}/${deployment.buckets.content.name}/t/acme${PICTURE}`;
  return [
    ['no cookie: 403 MissingKey', `${curl} -i '${own}'`],
    [
      'log in as Ada (tenant acme): signed cookies',
      `${curl} -s -c ${jar} -X POST '${content}${SESSION_PATH}' -H "authorization: Bearer $(curl -s -X POST ${tokenIssuer}/people/ada/access-token)"`,
    ],
    ["her own tenant's picture: 200", `${look} -b ${jar} '${own}'`],
    [
      "another tenant's picture, her cookies forced onto it: 403 and why",
      `${look} -H "cookie: $(awk '$3 == "/t/acme/" { printf "%s=%s; ", $6, $7 }' ${jar})" '${content}/t/globex${PICTURE}'`,
    ],
    [
      'one character of the cookie altered: 403 and why',
      `sed 's/\\(${COOKIE_NAMES.signature}\\t.\\{20\\}\\)./\\1~/' ${jar} > ${altered}; ${look} -b ${altered} '${own}'`,
    ],
    [
      'straight to the bucket: refused by its policy (the emulator itself enforces none)',
      `${edgepass} check --only direct-s3${named}    # evaluates the deployed policy of ${bucket}`,
    ],
    [
      'a moment later, in the logs: every refusal with its cause',
      `${edgepass} logs query causes-by-tenant${named}`,
    ],
    [
      'one refusal in words: what it presented, what fails, what to do next',
      `id=$(${curl} -s -o /dev/null -w '%header{x-amz-cf-id}' '${own}'); sleep 3; ${edgepass} explain-403 "$id"${named}`,
    ],
    [
      'who opened that picture, and how sure that is',
      `${edgepass} who-opened /t/acme${PICTURE}${named}`,
    ],
  ];
}

/** Builds the text that is printed when the cloud is running: what to open and what to type. */
export function buildBanner(cloud: LocalCloud): string {
  const { addresses } = cloud;
  const people = PEOPLE.map(({ name, tenants }) => `  ${name.padEnd(20)} ${tenants.join(' + ')}`);
  const steps = walkthrough(cloud).flatMap(([shows, command]) => [
    `  # ${shows}`,
    `  ${command}`,
    '',
  ]);
  return [
    '',
    `  Open     ${addresses.galleryOrigin}   and log in as one of`,
    ...people,
    '',
    `  Edge     ${addresses.contentBaseUrl}   (our CloudFront, enforcing what Terraform deployed)`,
    `  Login    ${addresses.tokenIssuer}   (OpenID provider)`,
    `  AWS      ${cloud.environment['AWS_ENDPOINT_URL'] ?? ''}   (emulator)`,
    '',
    '  In another terminal:',
    '',
    ...steps,
    '  Ctrl-C stops everything; the state is kept and the next start takes seconds.',
    '',
  ].join('\n');
}
