import { ContentResponseHeaders } from '#modules/edge/content-response-headers';
import {
  type Block,
  changedEnvironment,
  environmentOf,
  synthesise,
  synthesiseDelivery,
} from './synthesised';

interface Behavior {
  readonly path_pattern?: string;
  readonly target_origin_id: string;
  readonly viewer_protocol_policy: string;
  readonly allowed_methods: string[];
  readonly cache_policy_id: string;
  readonly origin_request_policy_id?: string;
  readonly response_headers_policy_id?: string;
  readonly trusted_key_groups?: string[];
  readonly function_association?: unknown[];
}

const example = synthesiseDelivery(environmentOf('example'));
const distribution = example.one('aws_cloudfront_distribution');
const ordered = distribution['ordered_cache_behavior'] as Behavior[];
const fallback = distribution['default_cache_behavior'] as Behavior;
const everyBehavior = [...ordered, fallback];

/** The complete list of behaviors that need no grant. */
const PUBLIC_PATTERNS = ['/public/*'];
const API_PATTERNS = ['/api/*'];

const chosenFor = (path: string): Behavior =>
  ordered.find(({ path_pattern }) =>
    new RegExp(`^${String(path_pattern).replace('*', '.*')}$`).test(path),
  ) ?? fallback;

/** Resolves a path as RFC 3986 section 5.2.4 says, including escaped dots. */
const normalised = (path: string): string =>
  new URL(`https://host${path.replaceAll(/%2e/gi, '.').replaceAll(/\/{2,}/g, '/')}`).pathname;

describe('behaviors', () => {
  test('C-52: the order is api, tenant, user, public; the default is as strict as the tenant one', () => {
    expect(ordered.map(({ path_pattern }) => path_pattern)).toEqual([
      '/api/*',
      '/t/*',
      '/u/*',
      '/public/*',
    ]);
    const { path_pattern: _pattern, ...tenant } = chosenFor('/t/acme/x');
    expect(_pattern).toBe('/t/*');
    expect(fallback).toEqual(tenant);
  });

  test('C-52: every behavior has the key group, is the API, or is on the public list', () => {
    for (const behavior of everyBehavior) {
      const pattern = behavior.path_pattern ?? '*';
      const open = behavior.trusted_key_groups === undefined;
      expect({ pattern, open }).toEqual({
        pattern,
        open: [...PUBLIC_PATTERNS, ...API_PATTERNS].includes(pattern),
      });
    }
  });

  test.each([
    '/t/acme/x',
    '/t/acme',
    '/t//x',
    '/t/',
    '/t/acme/../../t/evil/x',
    '/u/acme/someone/x',
    '/public/../t/acme/x',
    '/public/%2e%2e/t/acme/x',
    '//t/acme/x',
    '/./t/acme/x',
    '/T/acme/x',
    '/x',
    '/',
    '/incoming/t/acme/x',
    '/apix',
    '/publicx',
  ])('C-52: %s, normalised, needs a grant', (path) => {
    expect(chosenFor(normalised(path)).trusted_key_groups).toHaveLength(1);
  });

  test.each(['/public/../t/acme/x', '/t/acme/../../public/x', '/t/acme/%2e%2e/%2e%2e/public/x'])(
    'C-52: %s meets the guard, whichever form chooses the behavior',
    (path) => {
      for (const form of [path, normalised(path)]) {
        expect(chosenFor(form).function_association).toHaveLength(1);
      }
    },
  );

  test('C-52: without a public prefix every behavior but the API needs a grant', () => {
    const environment = changedEnvironment('example', (document) => {
      document['publicPrefix'] = false;
    });
    const closed = synthesiseDelivery(environment);
    const behaviors = closed.one('aws_cloudfront_distribution')[
      'ordered_cache_behavior'
    ] as Behavior[];
    expect(behaviors.map(({ path_pattern }) => path_pattern)).toEqual(['/api/*', '/t/*', '/u/*']);
    expect(String(closed.all('aws_s3_bucket_policy')[0]?.['policy'])).not.toContain('/public/*');
  });

  test('C-51: every behavior that has the key group has the guard', () => {
    for (const behavior of everyBehavior.filter((one) => one.trusted_key_groups)) {
      expect(behavior.function_association).toEqual([
        {
          event_type: 'viewer-request',
          function_arn: expect.stringContaining('aws_cloudfront_function') as string,
        },
      ]);
    }
  });

  test('C-53: no custom error response turns a refusal into something else', () => {
    expect(distribution).not.toHaveProperty('custom_error_response');
  });

  test('C-55, S-11: of what a viewer sends, the disposition of a download alone reaches bucket and cache key', () => {
    expect(
      example.one('aws_cloudfront_cache_policy')['parameters_in_cache_key_and_forwarded_to_origin'],
    ).toEqual({
      cookies_config: { cookie_behavior: 'none' },
      headers_config: { header_behavior: 'none' },
      query_strings_config: {
        query_string_behavior: 'whitelist',
        query_strings: { items: ['response-content-disposition'] },
      },
      enable_accept_encoding_brotli: false,
      enable_accept_encoding_gzip: false,
    });
    for (const behavior of everyBehavior.filter((one) => one.target_origin_id === 'content')) {
      expect(behavior).not.toHaveProperty('origin_request_policy_id');
      expect(behavior).not.toHaveProperty('forwarded_values');
      expect(behavior.allowed_methods).toEqual(['GET', 'HEAD']);
    }
  });

  test('C-55: content is kept an hour at most, and no longer than the object says', () => {
    expect(example.one('aws_cloudfront_cache_policy')).toMatchObject({
      min_ttl: 0,
      default_ttl: 300,
      max_ttl: 3600,
    });
  });

  test('C-37: what issues cookies is never cached, and sees its own Host and one cookie', () => {
    const api = chosenFor('/api/session');
    expect(api.cache_policy_id).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect(example.one('aws_cloudfront_origin_request_policy')).toMatchObject({
      headers_config: { header_behavior: 'allExcept', headers: { items: ['Host'] } },
      cookies_config: {
        cookie_behavior: 'whitelist',
        cookies: { items: ['__Secure-edgepass-scopes'] },
      },
      query_strings_config: { query_string_behavior: 'all' },
    });
  });

  test('S-04: https only, never a redirect, and the newest TLS minimum that the provider knows', () => {
    for (const { viewer_protocol_policy } of everyBehavior) {
      expect(viewer_protocol_policy).toBe('https-only');
    }
    expect(distribution['viewer_certificate']).toMatchObject({
      ssl_support_method: 'sni-only',
      minimum_protocol_version: 'TLSv1.2_2021',
    });
  });

  test('S-13: CloudFront sends one of two secrets, the function takes both, and no secret is in the JSON', () => {
    const [, api] = distribution['origin'] as Block[];
    const [header] = api?.['custom_header'] as { name: string; value: string }[];
    expect(header).toEqual({
      name: 'x-edgepass-origin-secret',
      value: expect.stringMatching(
        /^\$\{aws_ssm_parameter\.edge_origin-secret_slot-a_[^}]+\.value\}$/,
      ) as string,
    });
    const variables = (example.holding('aws_lambda_function', '-session"')['environment'] as Block)[
      'variables'
    ] as Record<string, string>;
    const accepted = JSON.parse(variables['EDGEPASS_ORIGIN_SECRETS'] ?? '') as string[];
    expect(accepted).toHaveLength(2);
    expect(accepted).toContain(header?.value);
    const slots = example
      .all('aws_ssm_parameter')
      .filter(({ name }) => String(name).includes('/origin-secret/'));
    expect(slots).toHaveLength(2);
    // The AWS provider marks the value of a parameter as sensitive, so that no plan prints it.
    for (const slot of slots) {
      expect(slot).toMatchObject({
        type: 'SecureString',
        value: '${uuid()}',
        lifecycle: { ignore_changes: ['value'] },
      });
    }
  });

  test('S-13: the slot that is sent is a choice', () => {
    const environment = changedEnvironment('example', (document) => {
      (document['edge'] as Record<string, unknown>)['originSecretSlot'] = 'b';
    });
    const changed = synthesiseDelivery(environment).one('aws_cloudfront_distribution');
    expect(JSON.stringify(changed['origin'])).toContain('origin-secret_slot-b');
  });

  test('the bucket is read through OAC that always signs', () => {
    expect(example.one('aws_cloudfront_origin_access_control')).toMatchObject({
      signing_behavior: 'always',
      signing_protocol: 'sigv4',
      origin_access_control_origin_type: 's3',
    });
    const [content] = distribution['origin'] as Block[];
    expect(content).toHaveProperty('origin_access_control_id');
    expect(content).not.toHaveProperty('s3_origin_config');
  });
});

describe('response headers of content', () => {
  const policies = Object.entries(
    example.json.resource['aws_cloudfront_response_headers_policy'] ?? {},
  );
  const customOf = (policy: Block | undefined): Block[] =>
    ((policy?.['custom_headers_config'] as Block)['items'] as Block[] | undefined) ?? [];
  const named = (part: string): Block | undefined =>
    policies.find(([name]) => name.startsWith(`edge_${part}-headers`))?.[1];

  test.each(['tenant', 'user', 'public'])(
    'S-07: %s content is never sniffed, framed or run',
    (part) => {
      expect(named(part)?.['security_headers_config']).toMatchObject({
        content_type_options: { override: true },
        content_security_policy: {
          content_security_policy: "default-src 'none'; style-src 'unsafe-inline'; sandbox",
          override: true,
        },
        frame_options: { frame_option: 'DENY', override: true },
        referrer_policy: { referrer_policy: 'no-referrer', override: true },
      });
      expect(customOf(named(part))).toContainEqual({
        header: 'Cross-Origin-Resource-Policy',
        value: 'same-site',
        override: true,
      });
    },
  );

  test.each([
    ['tenant', true],
    ['user', true],
    ['public', false],
  ] as const)('C-38: a browser asks again before it shows %s content: %s', (part, asks) => {
    const cacheControl = customOf(named(part)).filter(({ header }) => header === 'Cache-Control');
    const expected = { header: 'Cache-Control', value: 'private, no-cache', override: true };
    expect(cacheControl).toEqual(asks ? [expected] : []);
  });

  test("S-07: a person's files are downloads unless the object itself says otherwise", () => {
    expect(customOf(named('user'))).toContainEqual({
      header: 'Content-Disposition',
      value: 'attachment',
      override: false,
    });
    expect(JSON.stringify(customOf(named('tenant')))).not.toContain('Content-Disposition');
  });

  test('S-07: no managed response headers policy: those do not override and have no CSP', () => {
    for (const behavior of everyBehavior.filter((one) => one.target_origin_id === 'content')) {
      expect(behavior.response_headers_policy_id).toMatch(/^\$\{aws_cloudfront_response_headers/);
    }
  });

  test('S-15, C-36: exact origins with credentials, never a wildcard', () => {
    for (const [, policy] of policies) {
      expect(policy['cors_config']).toMatchObject({
        access_control_allow_credentials: true,
        access_control_allow_origins: { items: ['https://app.example.com'] },
        origin_override: true,
      });
      expect(JSON.stringify(policy['cors_config'])).not.toContain('*');
    }
  });

  test('S-07: a page on another site may embed content only when it is an allowed origin', () => {
    const environment = changedEnvironment('example', (document) => {
      document['appOrigins'] = ['https://app.example.com', 'https://other.example.org'];
      document['cookies'] = { sameSite: 'none' };
    });
    expect(synthesiseDelivery(environment).text).toContain('"cross-origin"');
    expect(example.text).not.toContain('"cross-origin"');
  });

  test('rejects a wildcard among the origins, C-36', () => {
    expect(() =>
      synthesise(
        (stack) =>
          new ContentResponseHeaders(stack, 'headers', {
            environmentName: 'test',
            part: 'tenant',
            appOrigins: ['https://*.example.com'],
            crossSite: false,
          }),
      ),
    ).toThrow('appOrigins: expected exact origins, got "https://*.example.com"');
  });

  test('CORS promises nothing that only a preflight could ask for: it would never succeed', () => {
    for (const policy of example.all('aws_cloudfront_response_headers_policy')) {
      expect(policy['cors_config']).toMatchObject({
        access_control_allow_methods: { items: ['GET', 'HEAD'] },
        access_control_allow_headers: { items: ['Range'] },
      });
      expect(policy['cors_config']).not.toHaveProperty('access_control_max_age_sec');
    }
  });

  test('minimal: without pages there is no CORS at all', () => {
    const synthesised = synthesise(
      (stack) =>
        new ContentResponseHeaders(stack, 'headers', {
          environmentName: 'test',
          part: 'tenant',
          appOrigins: [],
          crossSite: false,
        }),
    );
    expect(synthesised.one('aws_cloudfront_response_headers_policy')).not.toHaveProperty(
      'cors_config',
    );
  });
});
