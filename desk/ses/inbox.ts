import { html } from 'hono/html';
import type { ReceivedMail } from './mails.ts';

/** The mail program posts, and not the page (RFC 8058 section 3.1): the address after this is that of the mail. */
export const UNSUBSCRIBE = '/unsubscribe/';

const LINK = /(https?:\/\/\S+)/;

/** A text whose addresses are links; everything else in it is text. */
const withLinks = (text: string) =>
  text.split(LINK).map((part) => (LINK.test(part) ? html`<a href="${part}">${part}</a>` : part));

const article = ({ id, from, to, subject, text, at, headers }: ReceivedMail) => html`<article>
<h2>${subject}</h2>
<p>To <b>${to}</b>, from ${from}, ${at.toUTCString()}</p>
<pre lang="${headers['content-language'] ?? ''}">${withLinks(text)}</pre>
<form method="post" action="${UNSUBSCRIBE}${id}"><button>Unsubscribe (the mail program's own button)</button></form>
</article>`;

/** Every mail that the skill has sent, the newest first, as their receivers would read them. */
export async function inboxPage(mails: readonly ReceivedMail[]): Promise<string> {
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mails</title>
<style>
:root { color-scheme: light dark; --ink: #1c1c1e; --paper: #fff; --link: #1d5fbf; }
@media (prefers-color-scheme: dark) { :root { --ink: #f0f0f2; --paper: #131315; --link: #8ab8ff; } }
body { color: var(--ink); background: var(--paper); max-width: 44rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
article { overflow-wrap: anywhere; margin: 0 0 1.5rem; padding: 1rem; border: 1px solid #8888; border-radius: .6rem; }
a { color: var(--link); }
h2 { margin: 0; font-size: 1.125rem; } p { margin: .25rem 0 .75rem; }
pre { margin: 0 0 1rem; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>Mails to people</h1>
<p><a href="/">Look for new ones</a></p>
${mails.length === 0 ? html`<p>No mail was sent yet.</p>` : mails.toReversed().map(article)}
</main>
</body>
</html>`;
  return page.toString();
}
