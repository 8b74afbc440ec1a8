/** What each letter of a requirement id stands for. */
export const REQUIREMENT_AREAS = {
  C: 'Signed cookies and signed URLs',
  J: 'Access tokens',
  S: 'Bucket, distribution and API',
  K: 'Signing keys',
  E: 'Functions at the edge',
  M: 'Methods of proof for the security core',
  L: 'Logs and queries',
} as const;

/** What each requirement demands. The ids stand in comments of the code and in titles of tests. */
export const REQUIREMENTS: Readonly<Record<string, string>> = {
  'C-01':
    'A tenant id is 1 to 63 characters of `A-Z a-z 0-9 _ -` and starts with a letter or digit. Any other id is refused; it is never escaped or trimmed.',
  'C-02':
    'Nothing that a caller passes can change the structure of a policy. Quotes, backslashes, control characters and non-ASCII characters in a Resource are refused, and each policy text is parsed again before it is signed.',
  'C-03':
    'A Resource of cookies is exactly `https://<host>/<scope>*`, and the scope ends in a slash. Cookies for `acme` open nothing of `acme-evil`.',
  'C-04':
    'No exported function accepts a policy, a host or a scheme from its caller. The host comes from configuration.',
  'C-05':
    'Each distribution has its own key group, and a Resource names one exact host. A grant for one distribution opens nothing at another.',
  'C-06': 'Cookies always have a custom policy. A canned policy cannot contain a wildcard.',
  'C-07':
    'A cookie Resource contains no `?`. A signed URL has a custom policy with the exact URL and a start time.',
  'C-08':
    'Callers pass a lifetime in seconds and no date. It is at most 15 minutes (5 minutes for URLs in a batch). Milliseconds, and a start that is not before the expiry, are refused.',
  'C-09': 'Signatures are made with SHA-256 only, and the hash algorithm is part of the grant.',
  'C-10': 'An ECDSA signature is in DER form, on the curve P-256, with SHA-256.',
  'C-11':
    "CloudFront's base64 is decoded strictly: only its own characters and only the canonical padding.",
  'C-12':
    'A verified policy has exactly one statement, no member twice, no unknown member, and times in whole seconds.',
  'C-20':
    'One function makes the URL path of an object. The string that it returns is the string that is signed.',
  'C-21':
    'Paths and object keys that two programs could read differently are refused: dot segments, empty segments, backslashes, control characters and double escapes.',
  'C-22': 'Every byte outside `A-Za-z0-9-._~/` is percent-encoded in the path of a signed URL.',
  'C-23':
    'The query names of signed URLs (`Expires`, `Policy`, `Signature`, `Key-Pair-Id`, `Hash-Algorithm`) are reserved. An application query with one of them is refused.',
  'C-24': 'A base URL has no user, no fragment, no path and no port, except a port on loopback.',
  'C-25':
    'The tenant comes from the access token and never from the request. A refusal does not reveal whether an object or a tenant exists.',
  'C-26':
    'A request for signed URLs names at most 100 files in at most 64 KB. Each id gets one entry in the order of the request, and a foreign, missing or malformed id gets the same error and no signature.',
  'C-30':
    'Cookies have no `Domain` attribute, and the content host is used for nothing else. Cookies that another subdomain sets never open foreign content.',
  'C-31':
    'Cookies have `Secure`, `HttpOnly`, `SameSite=Lax`, `Path=<scope>` and `Max-Age`. For pages on another site the configuration changes this to `SameSite=None; Partitioned`.',
  'C-32': 'The browser sends no cookie to the folder path without its final slash.',
  'C-33':
    'One cookie set has less than 900 bytes, and the `Set-Cookie` headers of one answer have less than 7 KB.',
  'C-34':
    'Cookie values contain only the characters of the signer, and each cookie is its own element of the API result.',
  'C-35':
    'Cookies are issued only for `POST` with a bearer token. An `Origin` header must be in the list of origins; without it the request must not come from a browser.',
  'C-36': 'CORS answers name exact origins. A `*` is refused everywhere.',
  'C-37':
    'Answers of the API are never cached, and content behaviors forward no cookies. One person never gets the cookies of another.',
  'C-38': 'Logout clears the cookies with the same path and attributes with which they were set.',
  'C-39': '`Max-Age` of a cookie is the remaining lifetime of its policy and never more.',
  'C-40':
    'A request is refused at the second of `DateLessThan` and later, and at the second of `DateGreaterThan` and earlier.',
  'C-41':
    'A grant starts 60 seconds before the current time, so that a slow clock at the edge does not refuse it.',
  'C-42':
    'The expiry is checked for each request, also for each range request. A download that is already running may finish.',
  'C-43':
    "A condition on the viewer's address accepts only one IPv4 range in its strict form. No header can change the viewer's address.",
  'C-50':
    'A grant has a start time, and viewer-guard reads it. Revocation before expiry needs both; it is not built yet.',
  'C-51':
    'The order of viewer-guard and the signature check does not matter. Each refuses on its own, and neither allows what the other refuses.',
  'C-52':
    'Every cache behavior requires a signature, including the default, except those on an explicit list (`/api/*`, `/public/*`).',
  'C-53': 'No custom error response changes a refusal into another answer.',
  'C-54': 'Errors are cached only as CloudFront documents it and for a short time.',
  'C-55':
    'Nothing that a viewer sends reaches the origin unless it is part of the cache key: no headers, no cookies, and of the query only the disposition of a download.',
  'C-56':
    'The tenant is in the path, and no function changes the path. A cached answer is always for the tenant in the URL.',
  'C-57': 'No log, error or answer contains a token, cookie, signature or signed URL.',
  'J-01':
    'Tokens are verified with RS256 keys only. The token does not select the algorithm, and keys of other types are ignored.',
  'J-02':
    'A token must have a `kid` of allowed characters. It must match exactly one key; a `kid` that occurs twice is refused.',
  'J-03':
    'A token that brings its own key (`jwk`, `jku`, `x5u`, `x5c`) or a critical extension (`crit`) is refused without any request.',
  'J-04':
    '`exp`, `iat` and `sub` are required and must have the right type. A token has a maximum age, and by configuration a grant ends no later than its token.',
  'J-05':
    '`iss` must equal a configured issuer exactly, and the token is verified with the rules and keys of that issuer only.',
  'J-06':
    'The audience of a token must be accepted by configuration. A token without an audience is refused unless the configuration accepts it.',
  'J-07': 'An ID token is not accepted as an access token, and the reverse.',
  'J-08':
    'The token forms of Clerk are understood: version 1 and 2, pending sessions, and impersonation, which is read-only and recorded. Claims that contradict each other are refused.',
  'J-09': 'The tenant never comes from a claim that users can write themselves.',
  'J-10':
    'A token has at most 6 KB and the canonical form. Anything that two parsers could read differently is refused before it is parsed.',
  'J-11':
    'Caches use the identity in a token and never the text of the token, because one token can be encoded in several ways.',
  'J-12':
    'Key sets are fetched from configured https URLs only. Redirects are not followed. Plain http is for loopback in a local environment.',
  'J-13': 'A key set has at most 100 KB and 20 keys and must arrive within 1.5 seconds.',
  'J-14':
    'If the identity provider cannot be reached, known keys are used for up to one day. After a failed fetch there is a pause of 10 seconds.',
  'J-15': 'Tokens with unknown key ids cause at most one fetch in 30 seconds for each issuer.',
  'J-16':
    'A new key of the identity provider is accepted after at most the fetch pause, and a removed key is refused after ten minutes.',
  'J-17':
    'The token is in one `Authorization` header. A token in the query, a second header, or a different token in a cookie is refused.',
  'J-18': 'All refused tokens get the same bytes as an answer. The reason is only in the log.',
  'J-19': 'Only one file reads a token before its signature is verified.',
  'S-01':
    'Buckets block all public access, have no ACLs and are versioned. They can be deleted with content only if the configuration says so.',
  'S-02':
    'A bucket allows exactly one distribution, by its ARN. Other distributions in the same account are refused.',
  'S-03':
    'The distribution may read `t/*`, `u/*` and `public/*` and do nothing else: no list, no write, no delete.',
  'S-04': 'Plain HTTP and old TLS versions are refused, by the buckets and by the distribution.',
  'S-05': 'The encryption key of the content allows decryption for exactly one distribution.',
  'S-06':
    'Bucket names contain account, region and a stable hash, and origins name the region. A second plan has no changes, and destroy leaves nothing.',
  'S-07':
    'Content is served with headers that prevent scripts: `nosniff`, a sandboxed content security policy, no framing and no referrer. They override headers of the origin.',
  'S-08':
    'Content is on another host than the application. Under `SameSite=Lax` both hosts must belong to the same site, and nobody else may set cookies for it.',
  'S-11':
    'Of a query only `response-content-disposition` reaches S3, and `viewer-guard` lets only `attachment` through, with or without a file name. So nobody can change the content type of an answer.',
  'S-12': 'A web ACL has AWS managed rules and a rate limit for `/api/*`.',
  'S-13':
    'The API accepts only requests with the secret header of the distribution. The comparison takes the same time for every value, and two secrets are valid during a change.',
  'S-14':
    'Log objects can be locked against deletion if `retention` is `keep`. The evidence bucket is never locked.',
  'S-15': 'CORS of content names exact origins with `Vary: Origin` and is never `*`.',
  'S-16':
    'Access logs are delivered by standard logging v2. The bucket accepts them only from this account and this delivery.',
  'K-01': 'No private key is in Terraform state, a plan, a bundle, a log or the repository.',
  'K-02':
    'All signing goes through one interface. The in-memory signer is not in the deployed function.',
  'K-03':
    'Only the session function may sign, only with the keys of the slots, and only with the right algorithm and message type.',
  'K-04':
    'Administrators of a key cannot sign, and the signer cannot administer. Disabling or deleting a key causes an alarm.',
  'K-06':
    'The PEM text of a public key always has the same bytes, so that no plan replaces the key.',
  'K-07':
    'Keys are in named slots. A new key is a new slot, and a key leaves the key group before it is deleted.',
  'K-08': 'Keys are RSA-2048 or P-256. Others are refused.',
  'K-09': 'Key pair id and signature always come from the same key.',
  'E-14': 'Response headers come from a response headers policy, so that errors have them too.',
  'M-01':
    'All published test vectors give the expected result, and a vector with one changed bit is refused.',
  'M-02': 'Two independently written matchers for Resources always agree on generated input.',
  'M-03': 'Changing the path of a refused request never opens content of another tenant.',
  'M-04': 'What is signed is accepted by the verifier, for random tenants, keys and times.',
  'M-05':
    'At least 90 percent of deliberate errors in `core` are noticed by its tests (`npm run mutate`).',
  'L-01':
    'Each value in a query becomes exactly one SQL literal of its type. Text from outside cannot become SQL.',
  'L-02': 'Queries read only the known tables. Names of tables never come from outside.',
  'L-03':
    'Queries run in an Athena workgroup with a fixed result location, encryption and a scan limit. Its role can read only the needed buckets.',
  'L-04':
    'Every field of a log line is hostile input. It stays in its row and is escaped for the terminal, HTML and CSV.',
  'L-05':
    'Access logs contain no cookies and no query strings. The opt-in evidence has its own bucket, key, role and short retention.',
  'L-06':
    'Requests that CloudFront does not log or logs incompletely are visible as gaps, and no spelling of a path hides who opened a file.',
  'L-07':
    'Each refusal gets a cause and the confidence in it. Where the log is not sufficient, the answer is "cannot be known".',
  'L-08': 'Logs can arrive up to one day late, so queries look at the last 48 hours by default.',
};

/** Pages of the CloudFront Developer Guide that comments name as `DG:<page>`, with their titles. */
export const AWS_PAGES: Readonly<Record<string, string>> = {
  AccessLogs: 'Access logs (standard logs)',
  DownloadDistValuesCacheBehavior: 'Cache behavior settings',
  'private-content-choosing-signed-urls-cookies': 'Decide to use signed URLs or signed cookies',
  'private-content-creating-signed-url-canned-policy': 'Create a signed URL using a canned policy',
  'private-content-creating-signed-url-custom-policy': 'Create a signed URL using a custom policy',
  'private-content-linux-openssl':
    'Use Linux commands and OpenSSL for base64 encoding and encryption',
  'private-content-setting-signed-cookie-canned-policy': 'Set signed cookies using a canned policy',
  'private-content-setting-signed-cookie-custom-policy': 'Set signed cookies using a custom policy',
  'private-content-signed-cookies': 'Use signed cookies',
  'private-content-trusted-signers':
    'Specify signers that can create signed URLs and signed cookies',
  'standard-logs-reference': 'Standard logging reference',
};
