import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { clientSettings } from '#aws/clients';
import type { ProcessEnvironment } from '#aws/endpoints';

/** What is signed: the request line and the host, as they are sent. */
export interface SignableRequest {
  readonly endpoint: URL;
  readonly method: string;
  /** Path and query of the request line. */
  readonly target: string;
}

/**
 * Returns the headers with which a request to S3 is signed, as origin access control signs every
 * request. S3 answers a request without a signature with 400 if its query asks for another header.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export async function signForS3(
  { endpoint, method, target }: SignableRequest,
  environment: ProcessEnvironment,
): Promise<Readonly<Record<string, string>>> {
  const { region, credentials } = clientSettings(environment, 'S3');
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials: credentials ?? { accessKeyId: '', secretAccessKey: '' },
    sha256: Hash.bind(undefined, 'sha256'),
    uriEscapePath: false,
  });
  const [path = '/', query = ''] = target.split(/\?(.*)/s);
  const { headers } = await signer.sign({
    method,
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: { host: endpoint.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  return headers;
}
