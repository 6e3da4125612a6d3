/** What a person, or Amazon, can answer on the consent page; all but `allow` are values of `error` (RFC 6749 section 4.1.2.1). */
export const consentAnswers = [
  'allow',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'invalid_request',
  'unauthorized_client',
  'invalid_scope',
  'unsupported_response_type',
] as const;
export type ConsentAnswer = (typeof consentAnswers)[number];

/** An Amazon account that can be signed in in the browser. */
export interface AmazonLogin {
  readonly id: string;
  readonly name: string;
}

interface Shown {
  /** The skill's name. */
  readonly skill: string;
  readonly accounts: readonly AmazonLogin[];
  readonly answers: readonly ConsentAnswer[];
}

/** The page on which a person lets a skill's own server link the skill. Below it, every other answer of Amazon's. */
export function consentPage({ skill, accounts, answers }: Shown): string {
  const others = answers.filter((answer) => answer !== 'allow' && answer !== 'access_denied');
  return page(
    'Allow this skill to link your Alexa?',
    `<form method="post">
  <h1>Allow ${escapeHtml(skill)} to link your Alexa?</h1>
  <p>If you allow it, ${escapeHtml(skill)} can enable its skill for your Amazon account and link it. It gets no password of yours.</p>
  <fieldset>
    <legend>You are signed in to Amazon as</legend>
    ${accounts.map(accountChoice).join('\n    ')}
  </fieldset>
  <p class="buttons">
    <button name="answer" value="allow" class="allow">Allow</button>
    <button name="answer" value="access_denied">Deny</button>
  </p>
  <details>
    <summary>Let Amazon answer with an error</summary>
    <p class="buttons">${others.map((answer) => `<button name="answer" value="${answer}">${answer}</button>`).join(' ')}</p>
  </details>
</form>`,
  );
}

/** Amazon's own error page: from here nobody comes back. */
export const errorPage = (summary: string): string =>
  page(
    'Error',
    `<h1>We're sorry!</h1>
<p>An error occurred when we tried to process your request. Please go back and try again.</p>
<p>Error summary: 400 Bad Request. ${escapeHtml(summary)}.</p>`,
  );

const accountChoice = ({ id, name }: AmazonLogin, index: number): string =>
  `<label><input type="radio" name="account" value="${escapeHtml(id)}"${index === 0 ? ' checked' : ''}> ${escapeHtml(name)}</label>`;

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#c9cdd2, #4a4f57); --soft: light-dark(#565959, #b4b9c1); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f4f5f6, #17191c); color: light-dark(#0f1111, #eceef0); }
header { padding: 14px 20px; background: #131a22; color: #fff; font-weight: 600; }
header small { font-weight: 400; opacity: .8; }
main { max-width: 460px; margin: 28px auto; padding: 24px; border: 1px solid var(--line); border-radius: 10px; background: light-dark(#fff, #1f2226); }
@media (max-width: 500px) { main { margin: 0; border-width: 0 0 1px; border-radius: 0; } }
h1 { margin: 0 0 12px; font-size: 22px; line-height: 1.25; }
p { margin: 0 0 16px; }
fieldset { margin: 0 0 20px; padding: 8px 16px 12px; border: 1px solid var(--line); border-radius: 8px; }
legend, summary { color: var(--soft); font-size: 14px; }
label { display: block; padding: 6px 0; }
.buttons { display: flex; flex-wrap: wrap; gap: 10px; }
button { min-height: 44px; padding: 0 20px; border: 1px solid var(--line); border-radius: 22px; background: transparent; color: inherit; font: inherit; cursor: pointer; }
button.allow { flex: 1; border-color: #f0b800; background: #ffd814; color: #0f1111; font-weight: 600; }
details .buttons { margin: 12px 0 0; }
details button { min-height: 36px; padding: 0 14px; font-size: 14px; }
summary { cursor: pointer; }
`;

const page = (title: string, main: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>amazon <small>(emulated)</small></header>
<main>
${main}
</main>
</body>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
