import { parseEnvironment } from 'edgepass';

/**
 * The host name of the content and its certificate in us-east-1. Both belong to the application.
 */
export const contentHost = {
  name: 'media.acme.example',
  certificateArn:
    'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
};

/**
 * Who may log in and for how long. The keys are those of an environment file, and the same parser
 * checks them.
 */
export const environment = parseEnvironment(
  {
    name: 'acme',
    target: 'aws',
    region: 'eu-central-1',
    state: { type: 'local' },
    contentHost,
    appOrigins: ['https://app.acme.example'],
    issuers: [
      {
        preset: 'generic',
        issuer: 'https://login.acme.example/realms/staff',
        audience: { accepted: ['https://app.acme.example'] },
        tenants: { from: 'claim', claim: 'acme.departments' },
      },
    ],
    signingKeys: { a: { state: 'active', custody: 'kms' } },
  },
  { name: 'acme' },
);
