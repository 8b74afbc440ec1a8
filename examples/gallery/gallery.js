import { createSession, watchMedia } from 'edgepass/client';
import { playClip } from './clip.js';
import { finishLogin, startLogin } from './login.js';

const byId = (id) => document.getElementById(id);
const settings = await (await fetch('settings.json')).json();

// The token is kept in memory only. After a reload the page asks the provider again, which still
// knows the login.
let accessToken;

const session = createSession({
  contentBaseUrl: settings.contentBaseUrl,
  getToken: () => accessToken,
});
watchMedia(session);

function show({ status, loggedIn }) {
  byId('status').textContent = status;
  byId('login').hidden = loggedIn;
  byId('renew').hidden = !loggedIn || accessToken === undefined;
  byId('logout').hidden = !loggedIn;
}

/** Asks which cookies this browser has. The page sees only paths and times. */
async function listGrants() {
  const response = await fetch(`${settings.contentBaseUrl}/api/session`, {
    credentials: 'include',
  });
  if (!response.ok) throw new Error(`the session API answered ${response.status}`);
  return response.json();
}

async function mediaOf(tenant) {
  const response = await fetch(`${settings.contentBaseUrl}/t/${tenant}/gallery.json`, {
    credentials: 'include',
  });
  if (!response.ok) throw new Error(`refused with ${response.status}`);
  return response.json();
}

/**
 * Builds the address of a file. The list is a file of the tenant, so it is not trusted: a path
 * in it must not lead to another host (`@evil.example/`).
 */
function addressOf(path) {
  if (typeof path !== 'string' || !path.startsWith('/')) return 'data:,';
  return `${settings.contentBaseUrl}${path}`;
}

function renderPicture({ title, path }) {
  const figure = byId('picture-template').content.firstElementChild.cloneNode(true);
  const image = figure.querySelector('img');
  const caption = figure.querySelector('figcaption');
  caption.textContent = title;
  image.alt = title;
  // A picture that failed for want of a session is loaded again when the session is there.
  image.addEventListener('load', () => {
    figure.classList.remove('locked');
    caption.textContent = title;
  });
  image.src = addressOf(path);
  return figure;
}

/** Ends the players of the clips that are shown. */
const endClips = [];

function renderClip({ title, path, poster }) {
  const figure = byId('clip-template').content.firstElementChild.cloneNode(true);
  const video = figure.querySelector('video');
  const caption = figure.querySelector('figcaption');
  caption.textContent = title;
  video.setAttribute('aria-label', title);
  figure.dataset.title = title;
  if (poster !== undefined) video.poster = addressOf(poster);
  // It fires again when a clip goes on after a pause for want of a session.
  video.addEventListener('canplay', () => {
    figure.classList.remove('locked');
    caption.textContent = title;
  });
  endClips.push(playClip({ session, video, url: addressOf(path) }));
  return figure;
}

async function renderTenant(tenant) {
  const section = byId('tenant-template').content.firstElementChild.cloneNode(true);
  section.dataset.tenant = tenant;
  section.querySelector('.name').textContent = tenant;
  byId('tenants').append(section);
  const media = await mediaOf(tenant).catch(() => undefined);
  section.classList.toggle('open', media !== undefined);
  section.querySelector('.badge').textContent =
    media === undefined ? 'refused by the edge' : 'yours';
  // A person without access to the list could guess addresses. The page tries two, to show that
  // they are refused too.
  const { pictures, clips } = media ?? {
    pictures: [{ title: 'Guessed picture', path: `/t/${tenant}/f/picture-1/landscape.png` }],
    clips: [{ title: 'Guessed clip', path: `/t/${tenant}/f/clip-1/index.m3u8` }],
  };
  section
    .querySelector('.pictures')
    .append(...pictures.map(renderPicture), ...clips.map(renderClip));
}

async function render() {
  for (const end of endClips.splice(0)) end();
  byId('tenants').replaceChildren();
  for (const tenant of settings.tenants) await renderTenant(tenant);
}

session.on('media-unavailable', ({ element, reason }) => {
  const figure = element.closest('figure');
  if (figure === null) return;
  figure.classList.add('locked');
  const texts = { refused: '403: not for you', expired: 'log in to see it', network: 'no answer' };
  figure.querySelector('figcaption').textContent = texts[reason];
});

session.on('change', ({ status, grants, refreshAt }) => {
  document.body.dataset.session = status;
  if (status === 'closed') {
    // A document keeps the pictures that it has already shown. A new document requests them again,
    // and they are refused.
    location.replace('/');
    return;
  }
  const text =
    status === 'refused' ? 'Your login has ended: log in again.' : describe({ grants, refreshAt });
  show({ status: text, loggedIn: status !== 'refused' });
});

function describe({ grants, refreshAt }) {
  if (grants.length === 0) return 'Not logged in. Everything below is asked for, and refused.';
  const until = new Date(grants[0].expiresAt).toLocaleTimeString();
  const renewal = refreshAt ? `, to be renewed at ${refreshAt.toLocaleTimeString()}` : '';
  return `Open for you until ${until}${renewal}: ${grants.map(({ path }) => path).join('  ')}`;
}

async function logIn() {
  await session.open();
  await render();
}

async function start() {
  byId('content-host').textContent = new URL(settings.contentBaseUrl).host;
  accessToken = await finishLogin(settings);
  if (accessToken !== undefined) return logIn();
  const listed = await listGrants();
  show({ status: describe(listed), loggedIn: listed.grants.length > 0 });
  return render();
}

function report(error) {
  const otherSite = new URL(settings.contentBaseUrl).hostname !== location.hostname;
  const hint = otherSite
    ? ` This page is on ${location.hostname}, another site than its content: the API allows only its own pages.`
    : '';
  show({ status: `It did not work: ${error.message}.${hint}`, loggedIn: false });
  document.body.dataset.failed = 'true';
  return render();
}

byId('login').addEventListener('click', () => startLogin(settings));
byId('renew').addEventListener('click', () => logIn().catch(report));
byId('logout').addEventListener('click', () => session.close().catch(report));
start().catch(report);
