/** The one style sheet of every page. It stands in the page itself, as an embedded web view loads from nowhere else. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1c1e; --dim: #5a5a60; --paper: #f4f4f2; --card: #fff; --line: #c4c4c8;
  --accent: #1d5fbf; --on-accent: #fff; --bad: #a3261b; --bad-paper: #fdecea; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f0f0f2; --dim: #a9a9b0; --paper: #131315; --card: #1e1e21; --line: #4a4a50;
    --accent: #8ab8ff; --on-accent: #0b1a30; --bad: #ffb4aa; --bad-paper: #3a1a17; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; -webkit-text-size-adjust: 100%; }
main { max-width: 27rem; margin: 0 auto; padding: 1.5rem 1.25rem; background: var(--card); border-radius: 1rem;
  overflow-wrap: anywhere; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 2rem 0 .5rem; font-size: 1.1875rem; line-height: 1.3; }
p { margin: 0 0 1rem; }
a { color: var(--accent); }
.link { overflow-wrap: anywhere; }
label { display: block; margin: 1rem 0 .35rem; font-weight: 600; }
input[type=email], input[type=password], input[type=text] { width: 100%; min-height: 3rem; padding: .6rem .8rem;
  font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; }
input[name=code] { font-size: 1.5rem; letter-spacing: .2em; }
.keep { display: flex; gap: .75rem; align-items: flex-start; margin: 1.25rem 0; font-weight: 400; }
.keep input { flex: none; width: 1.5rem; height: 1.5rem; margin: .1rem 0 0; accent-color: var(--accent); }
.keep b { display: block; color: var(--ink); font-size: 1.0625rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.125rem; }
ol { margin: 0 0 1rem; padding-left: 1.25rem; }
.link { overflow-wrap: anywhere; }
.link a { color: var(--accent); }
small { display: block; margin: 1.25rem 0; }
.keep span, small { color: var(--dim); font-size: .9375rem; }
button { display: block; width: 100%; min-height: 3rem; margin-top: .75rem; padding: .6rem 1rem; font: inherit;
  font-weight: 600; border-radius: .6rem; border: 1px solid var(--accent); background: var(--accent);
  color: var(--on-accent); cursor: pointer; }
button.plain { background: none; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role=alert] { margin: 0 0 1rem; padding: .8rem 1rem; border-radius: .6rem; background: var(--bad-paper); color: var(--bad);
  overflow-wrap: anywhere; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.25rem; line-height: 1.3; }
[role=note], [role=status] { padding: .8rem 1rem; border-radius: .6rem; background: var(--paper); }
.addresses { margin: 0 0 1rem; padding: 0; list-style: none; }
.addresses li { padding: .9rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.addresses b, .addresses span { display: block; }
.addresses span { color: var(--dim); font-size: .9375rem; }
footer { max-width: 27rem; margin: 1rem auto 0; padding: 0 1.25rem; color: var(--dim); font-size: .875rem; }
`;
