import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { PrivateImage } from '#client/react/private-image';
import { SessionProvider, useSession } from '#client/react/session-context';
import { createSession } from '#client/session';

const PICTURE = createElement(PrivateImage, { path: '/t/acme/f/1/a.png', alt: 'A' });
const State = (): string => useSession().state.status;

// A server that renders a page has no document, and this test has none.
describe('a page that a server renders', () => {
  it('has the picture and the state, and opens no channel that would keep the server', () => {
    const opened = jest.spyOn(globalThis, 'BroadcastChannel');
    const session = createSession({
      contentBaseUrl: 'https://media.example.com',
      getToken: () => {
        throw new Error('a server asks for no session');
      },
    });
    const page = createElement(SessionProvider, { session }, PICTURE, createElement(State));
    expect(renderToString(page)).toContain(
      '<img data-edgepass="" src="https://media.example.com/t/acme/f/1/a.png" alt="A"/>idle',
    );
    session.stop();
    expect(opened).not.toHaveBeenCalled();
  });

  it('says what is missing around a component', () => {
    expect(() => renderToString(PICTURE)).toThrow(
      'expected a SessionProvider with `session` around it',
    );
  });
});
