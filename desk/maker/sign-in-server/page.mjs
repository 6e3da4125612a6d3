const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:3rem auto;padding:0 1rem;color:#1d2430;background:#f5f6f8}
label{display:block;margin:1rem 0 .25rem}input{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;border:1px solid #6b7482;border-radius:.4rem}
button{font:inherit;margin:1.5rem .5rem 0 0;padding:.6rem 1.2rem;border:1px solid #21409a;border-radius:.4rem;background:#21409a;color:#fff}
button.other{background:none;color:#21409a}[role=alert]{color:#a4161a}`;

/** The page of the maker's sign-in server. @param wrong whether what was typed was not taken */
export const signInPage = (uid, wrong) => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Sign in to Acme Home</title><style>${STYLE}</style></head><body>
<h1>Acme Home</h1><p>Sign in, and Alexa may switch and dim your lamps.</p>
${wrong ? '<p role="alert">The e-mail address or the password is wrong.</p>' : ''}
<form method="post" action="/sign-in/${uid}"><input type="hidden" name="form" value="${uid}">
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="username" required>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button name="action" value="sign-in">Sign in</button><button class="other" name="action" value="deny" formnovalidate>Cancel</button>
</form></body></html>`;
