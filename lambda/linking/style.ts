/** The one style sheet of every page. It stands in the page itself, as an embedded web view loads from nowhere else. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1c1e; --dim: #5a5a60; --paper: #f4f4f2; --card: #fff; --line: #c4c4c8;
  --edge: #76767c; --accent: #1d5fbf; --on-accent: #fff; --bad: #a3261b; --bad-paper: #fdecea; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f0f0f2; --dim: #a9a9b0; --paper: #131315; --card: #1e1e21; --line: #4a4a50; --edge: #8e8e96;
    --accent: #8ab8ff; --on-accent: #0b1a30; --bad: #ffb4aa; --bad-paper: #3a1a17; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: .5rem 1rem 2rem; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; -webkit-text-size-adjust: 100%; }
header, footer { max-width: 27rem; margin: 0 auto; padding: 0 .25rem; color: var(--dim); font-size: .875rem; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 0 1rem; }
header p, footer p { margin: .25rem 0; }
nav, nav form { display: flex; flex-wrap: wrap; gap: 0 1rem; }
nav a, nav button { display: inline-block; width: auto; min-width: 1.5rem; min-height: 1.5rem; margin: 0; padding: .25rem 0;
  font: inherit; line-height: 1.25; text-decoration: underline; color: var(--accent); background: none; border: 0;
  cursor: pointer; }
main { max-width: 27rem; margin: .25rem auto .75rem; padding: 1rem 1.125rem 1.25rem; background: var(--card);
  border-radius: 1rem; }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.125rem; line-height: 1.3; }
p { margin: 0 0 .75rem; }
a { color: var(--accent); }
ol, ul { margin: 0 0 1rem; padding-left: 1.25rem; }
label { display: block; margin: .6rem 0 .25rem; font-weight: 600; }
input[type=email], input[type=password], input[type=text] { width: 100%; min-height: 2.75rem; padding: .5rem .75rem;
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: .6rem; }
input[aria-invalid] { border: 2px solid var(--bad); }
input[name=code] { font-size: 1.5rem; letter-spacing: .2em; }
.help { margin: .25rem 0 0; font-size: .9375rem; }
.help a { display: inline-block; padding: .15rem 0; }
.keep { display: flex; gap: .75rem; align-items: flex-start; margin: .75rem 0; font-weight: 400; }
.keep input { flex: none; width: 1.5rem; height: 1.5rem; margin: .1rem 0 0; accent-color: var(--accent); }
.keep span { min-width: 0; }
.keep b { display: block; color: var(--ink); font-size: 1rem; }
small { display: block; margin: 1rem 0 0; }
.keep span, small { color: var(--dim); font-size: .9375rem; }
main button { display: block; width: 100%; min-height: 2.75rem; margin-top: .6rem; padding: .5rem 1rem; font: inherit;
  font-weight: 600; border-radius: .6rem; border: 1px solid var(--accent); background: var(--accent);
  color: var(--on-accent); cursor: pointer; overflow-wrap: anywhere; }
main button.plain { background: none; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role=alert] { margin: 0 0 .75rem; padding: .7rem .9rem; border-radius: .6rem; background: var(--bad-paper);
  color: var(--bad); }
[role=note], [role=status] { padding: .7rem .9rem; border-radius: .6rem; background: var(--paper); }
.addresses { padding: 0; list-style: none; }
.addresses li { padding: .9rem 0; border-top: 1px solid var(--line); }
.addresses b, .addresses span { display: block; }
.addresses span { color: var(--dim); font-size: .9375rem; }
details { margin-top: .75rem; }
summary { padding: .25rem 0; color: var(--accent); cursor: pointer; }
`;
