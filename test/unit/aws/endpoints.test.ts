import { clientSettings } from '#aws/clients';
import { emulatorEnvironment, endpointOf, selectServiceEndpoints } from '#aws/endpoints';

describe('Endpoints', () => {
  const environment = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000',
  };

  it("a service's own variable counts before the general one", () => {
    expect(endpointOf(environment, 'S3').port).toBe('9000');
    expect(endpointOf(environment, 'KMS').port).toBe('4566');
  });

  it('an empty variable names nothing, as for the SDKs', () => {
    expect(endpointOf({ ...environment, AWS_ENDPOINT_URL_S3: '' }, 'S3').port).toBe('4566');
  });

  it('the services with an endpoint of their own are known, the general one is none of them', () => {
    const given = { ...environment, AWS_ENDPOINT_URL_KMS: '', AWS_REGION: 'eu-central-1' };
    expect(selectServiceEndpoints(given)).toEqual({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000' });
  });

  it('without any, an emulator is never guessed', () => {
    expect(() => endpointOf({}, 'S3')).toThrow(
      'AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL are both unset',
    );
    expect(() => endpointOf({ AWS_ENDPOINT_URL: '' }, 'S3')).toThrow('both unset');
  });

  it('a client without an endpoint gets no credentials of an emulator', () => {
    expect(clientSettings({ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'x' }, 'S3')).toEqual({
      region: 'eu-west-1',
    });
    expect(clientSettings(environment, 'S3')).toMatchObject({ endpoint: 'http://127.0.0.1:9000/' });
  });

  it("an emulator's environment keeps per-service endpoints and drops real credentials and profiles", () => {
    const made = emulatorEnvironment(
      {
        ...environment,
        AWS_PROFILE: 'production',
        AWS_ACCESS_KEY_ID: 'AKIAREAL',
        PATH: '/bin',
        GONE: undefined,
      },
      { endpoint: 'http://127.0.0.1:5000', region: 'eu-central-1' },
    );

    expect(made).toEqual({
      PATH: '/bin',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:5000',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
  });
});
