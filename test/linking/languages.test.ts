import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { linkTo } from '../../desk/ses/mails.ts';
import { type Visited, Visitor } from '../support/visitor.ts';
import { type AddressDesk, signIn, startAddressDesk, stepsOf } from './addresses-support.ts';
import { authorizationQuery, EMAIL, PASSWORD } from './support.ts';

let at: AddressDesk;
let visitor: Visitor;
beforeAll(async () => {
  at = await startAddressDesk();
});
beforeEach(() => {
  visitor = new Visitor();
});
afterAll(() => at.close());

const { open, accountId, mailTo } = stepsOf(() => ({ at, visitor }));
const languageOf = ({ html }: Visited): string => /<html lang="([^"]*)">/.exec(html)?.[1] ?? '';
const titleOf = ({ html }: Visited): string => /<h1>([^<]*)<\/h1>/.exec(html)?.[1] ?? '';
const authorize = `/authorize?${authorizationQuery()}`;

test.each([
  { header: 'en-US,en;q=0.9', language: 'en-US', title: 'Connect your lamps to Alexa' },
  { header: 'es-MX', language: 'es-419', title: 'Conecte sus lámparas con Alexa' },
  { header: 'fr-CA,fr;q=0.8,en;q=0.5', language: 'fr-CA', title: 'Connectez vos lampes à Alexa' },
  { header: 'de-DE', language: 'en-US', title: 'Connect your lamps to Alexa' },
  { header: "';<script>, es;q=2", language: 'en-US', title: 'Connect your lamps to Alexa' },
])('a browser that asks for $header gets $language', async ({ header, language, title }) => {
  const page = await open(authorize, new Visitor(header));
  expect({ language: languageOf(page), title: titleOf(page) }).toEqual({ language, title });
});

test('a chosen language stays through every step of a sign-in, whatever the browser asks for', async () => {
  const english = await open(authorize);
  const spanish = await visitor.choose(english, 'Español');
  expect(titleOf(spanish)).toBe('Conecte sus lámparas con Alexa');
  const wrong = await visitor.press(spanish, 'Iniciar sesión y conectar', { email: EMAIL, password: 'not it' });
  expect(wrong.words).toContain('My Leviton no reconoce este correo electrónico con esta contraseña.');
  const asked = await visitor.press(wrong, 'Iniciar sesión y conectar', { email: EMAIL, password: PASSWORD });
  expect(titleOf(asked)).toBe('¿A dónde le escribimos si una lámpara deja de funcionar?');
  const french = await visitor.choose(asked, 'Français');
  expect(titleOf(french)).toBe('Où devons-nous écrire si une lampe cesse de fonctionner?');
  const done = await visitor.press(french, 'Continuer', { own: 'own@example.org' });
  expect(done.headers.get('location')).toContain('code=');
  expect(mailTo('own@example.org')).toMatchObject({ subject: 'Lampes et Alexa : confirmez cette adresse' });
});

test('choosing a language signs nobody in, and does not repeat what was asked for', async () => {
  const page = await open(`/authorize?${authorizationQuery({ state: 'canary-state' })}`);
  expect(page.html).not.toContain('canary-state');
  const chosen = await visitor.press(page, 'Français', { email: EMAIL, password: PASSWORD, action: 'sign-in' });
  expect(chosen.status).toBe(200);
  expect(titleOf(chosen)).toBe('Connectez vos lampes à Alexa');
  expect(chosen.html).not.toContain(PASSWORD);
});

test('the cookie of a language is for our pages alone, and keeps nothing else', async () => {
  const page = await visitor.choose(await open('/'), 'Français');
  expect(page.headers.getSetCookie()).toEqual(['language=fr; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax']);
  expect(titleOf(await open('/'))).toBe('Connexion pour Dimmer Plug Bridge');
});

test.each(['/?language=xx', '/?language=', '/?language=es%0d%0aSet-Cookie:x=1', '/?language=__proto__'])(
  'a language that we do not have is not taken: %s',
  async (path) => {
    const page = await open(path);
    expect({ language: languageOf(page), cookies: page.headers.getSetCookie() }).toEqual({
      language: 'en-US',
      cookies: [],
    });
  },
);

describe('a page that is shown once', () => {
  test('a refused request is told in all languages, and its address is not repeated', async () => {
    const page = await open('/authorize?client_id=canary&redirect_uri=https%3A%2F%2Fevil.example');
    expect(page.words).toContain('This is not a link from Alexa');
    expect(page.words).toContain('Español Este no es un enlace de Alexa');
    expect(page.words).toContain('Français Ce lien ne vient pas d’Alexa');
    expect(page.html).not.toContain('evil.example');
  });

  test('a failure of ours is told in the language of the reader', async () => {
    at.desk.change({ accounts: at.desk.stores.accounts, clients: () => Promise.reject(new Error('no secrets')) });
    const page = await open(authorize, new Visitor('es'));
    at.desk.change({ clients: async () => at.desk.clients });
    expect({ status: page.status, title: titleOf(page) }).toEqual({
      status: 500,
      title: 'Inténtelo de nuevo más tarde',
    });
  });
});

describe('the language of mails', () => {
  test('is that of the page on which the reader confirms the address', async () => {
    const reader = new Visitor('es-US');
    const page = await reader.open(linkTo('/notices/confirm', mailTo('own@example.org')));
    expect(titleOf(page)).toBe('Confirme esta dirección');
    const inFrench = await reader.choose(page, 'Français');
    const back = await reader.choose(inFrench, 'Español');
    expect(titleOf(await reader.press(back, 'Sí, escriban a esta dirección'))).toBe('Confirmada');
    expect(await at.addressBook.read(accountId())).toMatchObject([{ state: 'confirmed', language: 'es-419' }]);
  });

  test('is changed on the page of addresses, for one address', async () => {
    const page = await signIn(visitor, await open('/notices/sign-in'));
    expect(page.words).toContain('Language of the messages: Español');
    const changed = await visitor.press(page, 'Write in English');
    expect(changed.words).toContain('Language of the messages: English');
    expect(await at.addressBook.read(accountId())).toMatchObject([{ language: 'en-US' }]);
    const french = await visitor.choose(changed, 'Français');
    expect(french.words).toContain('Langue des messages : English');
    expect(await at.addressBook.read(accountId())).toMatchObject([{ language: 'en-US' }]);
  });
});

test('an error is announced: first in the title, with the focus, and at the fields that it is about', async () => {
  const wrong = await visitor.press(await open(authorize), 'Sign in and connect', { email: EMAIL, password: 'not it' });
  expect(wrong.html).toContain('<title>Problem: Connect your lamps to Alexa</title>');
  expect(wrong.html).toMatch(/<p role="alert" id="problem" tabindex="-1" autofocus>My Leviton does not know/);
  expect(wrong.html).toMatch(/<input id="email"[^>]* aria-invalid="true" aria-describedby="problem">/);
  expect(wrong.html).toMatch(/<input id="password"[^>]* aria-invalid="true" aria-describedby="problem">/);
  const missing = await visitor.press(wrong, 'Sign in and connect', { email: EMAIL, password: '' });
  expect(missing.html).not.toMatch(/<input id="email"[^>]* aria-invalid/);
  expect(missing.html).toMatch(/<input id="password"[^>]* aria-invalid="true" aria-describedby="problem">/);
});

test('the erasing page asks in another language, and erases nothing', async () => {
  const page = await signIn(visitor, await open('/connections'));
  const asks = await visitor.press(page, 'Erase everything');
  const spanish = await visitor.choose(asks, 'Español');
  expect(titleOf(spanish)).toBe('¿Borrar todo?');
  expect(await at.addressBook.read(accountId())).toHaveLength(1);
});

test('/ says what this address is, and names who runs the skill', async () => {
  at.desk.change({
    about: {
      operator: 'Jane & Co',
      privacyUrl: 'https://lamps.example/privacy',
      passwordHelpUrl: 'https://my.leviton.com/',
    },
  });
  const page = await open('/');
  expect(page.words).toContain('This address belongs to the Alexa skill Dimmer Plug Bridge.');
  expect(page.words).toContain('This skill is run by Jane & Co.');
  expect(page.html).toContain('<a href="https://lamps.example/privacy">Privacy</a>');
  expect((await open(authorize)).html).toContain(
    '<a href="https://my.leviton.com/">Forgot your My Leviton password?</a>',
  );
});
