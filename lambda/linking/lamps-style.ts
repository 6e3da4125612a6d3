/** What the page of lamps adds to the style sheet of every page. */
export const LAMPS_STYLE = `
:root { --good: #1d7a3e; --good-paper: #e8f5ec; --unknown: #6b6b72; }
@media (prefers-color-scheme: dark) { :root { --good: #7fd69a; --good-paper: #16301f; --unknown: #a9a9b0; } }
header, main, footer { max-width: 34rem; }
.checked { margin: 0 0 1rem; color: var(--dim); font-size: .9375rem; }
.verdict { margin: 0 0 1rem; padding: 1rem 1.125rem; border-radius: .8rem; border-left: .35rem solid var(--unknown);
  background: var(--paper); }
form + .verdict { margin-top: 1.5rem; }
.verdict[data-kind=broken] { border-color: var(--bad); background: var(--bad-paper); }
.verdict[data-kind=healthy] { border-color: var(--good); background: var(--good-paper); }
.verdict h2 { margin: 0 0 .35rem; font-size: 1rem; font-weight: 600; color: var(--dim); }
.verdict p { margin: 0 0 .6rem; }
.verdict .what { font-size: 1.1875rem; line-height: 1.4; font-weight: 600; }
.verdict .who { margin: .9rem 0 .15rem; font-size: .875rem; font-weight: 600; color: var(--dim); }
.verdict > :last-child { margin-bottom: 0; }
.verdict:not([data-kind=broken]) h2 { font-size: 1.1875rem; color: var(--ink); }
.verdict:not([data-kind=broken]) .what { font-size: 1rem; font-weight: 400; }
.lamps, .chain, .history { margin: 0 0 1rem; padding: 0; list-style: none; }
.lamps li, .chain li { display: grid; gap: .1rem .75rem; align-items: baseline; padding: .7rem 0;
  border-top: 1px solid var(--line); }
.lamps li { display: flex; flex-wrap: wrap; justify-content: space-between; }
.lamps li > span { color: var(--dim); }
.lamps [data-offline] { color: var(--bad); }
.chain li { display: flex; flex-wrap: wrap; }
.chain svg { flex: none; width: 1.125rem; height: 1.125rem; align-self: center; }
.chain b { flex: 1 1 4rem; min-width: 0; font-weight: 600; }
.chain .mark { color: var(--unknown); font-size: .875rem; }
.chain .detail { flex: 1 0 100%; padding-left: 1.875rem; color: var(--dim); font-size: .9375rem; }
.chain [data-state=ok] .mark, .chain [data-state=ok] svg { color: var(--good); }
.chain [data-state=broken] .mark, .chain [data-state=broken] svg { color: var(--bad); }
.chain [data-state=broken] .detail { color: var(--ink); }
.chain [data-state=unknown] svg { color: var(--unknown); }
details { margin: 0; border-top: 1px solid var(--line); }
details:last-of-type { border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
details:not([open]) > :last-child { margin-bottom: 0; }
summary { padding: .9rem 0; min-height: 2.75rem; font-weight: 600; cursor: pointer; }
details > :last-child { margin-bottom: 1rem; }
fieldset { margin: 0 0 1rem; padding: 0; border: 0; }
legend { margin: .75rem 0 .25rem; padding: 0; font-weight: 600; }
.choice { display: inline-flex; gap: .5rem; align-items: center; min-height: 2.75rem; margin: 0 1.25rem 0 0; font-weight: 400; }
.choice input, .consent input { flex: none; width: 1.375rem; height: 1.375rem; margin: 0; accent-color: var(--accent); }
.consent { display: flex; gap: .75rem; align-items: center; min-height: 2.75rem; font-weight: 400; }
.said dt { margin-top: .75rem; font-weight: 600; }
.said dd { margin: 0; color: var(--dim); }
.history h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
.history li { padding: .35rem 0; border-top: 1px solid var(--line); font-size: .9375rem; }
.history time { color: var(--dim); }
textarea { width: 100%; min-height: 12rem; padding: .8rem; font: .875rem/1.45 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace;
  color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; resize: vertical; }
a.button { display: block; min-height: 3rem; margin: .75rem 0 1.25rem; padding: .7rem 1rem; text-align: center; font-weight: 600;
  text-decoration: none; border-radius: .6rem; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); }
a.plain { background: none; color: var(--accent); }
`;

/**
 * What needs the browser: times by the clock of whoever reads, and a text that is copied or sent. Without it the page shows UTC, and a text to
 * mark. It sends nothing anywhere.
 */
export const LAMPS_SCRIPT = `
(() => {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', timeZoneName: 'short' });
  for (const time of document.querySelectorAll('time[datetime]')) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = format.format(at);
  }
  const text = document.getElementById('share');
  const button = document.getElementById('copy');
  if (!text || !button) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      if (navigator.share) await navigator.share({ text: text.value });
      else { await navigator.clipboard.writeText(text.value); button.textContent = button.dataset.done; }
    } catch { text.select(); }
  });
})();
`;
