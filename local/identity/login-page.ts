import { html } from 'hono/html';
import { PEOPLE, type Person } from './people';

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f3f1ec; color: #1f2430; }
  main { width: min(26rem, 90vw); background: #fff; border-radius: 16px; padding: 2rem; box-shadow: 0 12px 40px #1f243022; }
  h1 { margin: 0 0 .25rem; font-size: 1.35rem; }
  p { margin: 0 0 1.25rem; color: #5b6270; }
  button { all: unset; box-sizing: border-box; display: flex; justify-content: space-between; align-items: center; gap: 1rem;
    width: 100%; padding: .8rem 1rem; margin-top: .6rem; border: 1px solid #d9d5cc; border-radius: 10px; cursor: pointer; }
  button:hover, button:focus-visible { border-color: #b4552d; background: #fbf6f2; }
  small { color: #5b6270; }
  @media (prefers-color-scheme: dark) {
    body { background: #14171f; color: #e8e6e1; } main { background: #1d212c; box-shadow: none; }
    p, small { color: #a4a9b6; } button { border-color: #353b4a; } button:hover, button:focus-visible { background: #262b39; }
  }`;

function personButton(person: Person): unknown {
  return html`<button name="person" value="${person.id}">
    <span>${person.name}</span><small>${person.tenants.join(' + ')}</small>
  </button>`;
}

/**
 * The page on which a user selects a person. There is no password, because the provider is only for
 * this machine.
 */
export async function renderLoginPage(interactionId: string): Promise<string> {
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>Log in – local identity provider</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <main>
          <h1>Who are you today?</h1>
          <p>
            The local identity provider of Edgepass. Choose a person; their tenants are on the
            right.
          </p>
          <form method="post" action="/interaction/${interactionId}">
            ${PEOPLE.map(personButton)}
          </form>
        </main>
      </body>
    </html>`;
  return page.toString();
}
