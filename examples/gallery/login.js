// Authorization code flow with PKCE (RFC 7636), which works with any OpenID provider for a page
// without a client secret.

const STORED = 'gallery-login';

function base64Url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function randomText() {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

function redirectUri() {
  return `${location.origin}/`;
}

/** Redirects to the login page of the provider. */
export async function startLogin({ tokenIssuer, clientId }) {
  const verifier = randomText();
  const state = randomText();
  sessionStorage.setItem(STORED, JSON.stringify({ verifier, state }));
  const challenge = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const parameters = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid files',
    redirect_uri: redirectUri(),
    state,
    code_challenge: base64Url(new Uint8Array(challenge)),
    code_challenge_method: 'S256',
  });
  location.assign(`${tokenIssuer}/auth?${parameters}`);
}

/** Returns the access token if the provider has redirected to this page; otherwise undefined. */
export async function finishLogin({ tokenIssuer, clientId }) {
  const answer = new URLSearchParams(location.search);
  const stored = JSON.parse(sessionStorage.getItem(STORED) ?? 'null');
  if (!answer.has('code') || stored === null) return undefined;
  sessionStorage.removeItem(STORED);
  history.replaceState(null, '', '/');
  if (answer.get('state') !== stored.state) throw new Error('the login was not started here');
  const response = await fetch(`${tokenIssuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      code: answer.get('code'),
      redirect_uri: redirectUri(),
      code_verifier: stored.verifier,
    }),
  });
  if (!response.ok) throw new Error(`the identity provider answered ${response.status}`);
  return (await response.json()).access_token;
}
