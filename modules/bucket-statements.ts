import type { PolicyStatement } from './policy-document';

export {
  contentDecryptStatement,
  contentReadStatement,
} from '../configuration/required-statements';

/** The statement that refuses everybody who does not use TLS (S-04). */
export function refusePlainHttpStatement(bucketArn: string): PolicyStatement {
  return {
    Sid: 'RefusePlainHttp',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
