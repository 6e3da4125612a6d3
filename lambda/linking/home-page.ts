import { html } from 'hono/html';
import { page } from './page.ts';
import type { Reader } from './reader.ts';

/** `/`: what this address is, for whoever looks it up. */
export function homePage(reader: Reader, cloud: string, hasMail: boolean): Promise<Response> {
  const { skill } = reader.about;
  const { home } = reader.texts.pages;
  const body = html`<p>${home.what({ skill, cloud })}</p>
<p>${home.start}</p>
<p>${home.connected}</p>
<ul>
<li><a href="/lamps">${reader.texts.lamps.title}</a></li>
<li><a href="/connections">${home.connections}</a></li>
${hasMail ? html`<li><a href="/notices/sign-in">${home.addresses}</a></li>` : ''}
</ul>`;
  return page(reader, { title: home.title({ skill }), body, languageSwitch: { by: 'address' } });
}
