import { useRef } from 'preact/hooks';
import { now } from './desk-state.ts';
import { WellMark } from './link.tsx';
import type { DeskState, NoticeShown } from './protocol.ts';
import { FailedMark } from './talk.tsx';
import { ageWords, HOPS, momentWords, noticeLinkWords } from './words.ts';

/** The mail of the person who set the lamp up, newest first. */
export function Notices({ notices, hops }: Pick<DeskState, 'notices' | 'hops'>) {
  const broken = hops.filter((hop) => hop.broken.length > 0).map(({ hop }) => HOPS[hop].name);
  return (
    <section class="card notices" aria-labelledby="notices-title">
      <h2 id="notices-title">Messages to the helper</h2>
      {notices.length === 0 && broken.length === 0 && (
        <p class="nothing">
          <WellMark />
          No message: everything works.
        </p>
      )}
      {notices.length === 0 && broken.length > 0 && (
        <p class="quiet" data-testid="nothing-sent">
          No message has been sent. Broken right now: {broken.join(', ')}.
        </p>
      )}
      <ol class="notice-list" aria-live="polite">
        {notices.toReversed().map((notice, index) => (
          <li key={notice.id}>
            <Mail notice={notice} newest={index === 0} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The text, with a button in the place of each long address. */
function Letter({ text, links }: Pick<NoticeShown, 'text'> & { links: readonly string[] }) {
  const [link, ...others] = links;
  if (link === undefined) return <p class="notice-text">{text}</p>;
  const [before = '', ...after] = text.split(link);
  return (
    <div class="notice-text">
      {before.trimEnd()}
      <a class="plain" href={link} target="_blank" rel="noopener">
        {noticeLinkWords(link)}
        <span class="unseen"> (in a new tab)</span>
      </a>
      {after.join(link).trim() !== '' && <Letter text={after.join(link).trim()} links={others} />}
    </div>
  );
}

function Mail({ notice, newest }: { notice: NoticeShown; newest: boolean }) {
  const { id, at, subject, text, link, lampsLink, allClear = false, isNews = false } = notice;
  // Unfolded as it comes; from then on as the reader leaves it.
  const unfolded = useRef(newest).current;
  const moment = Date.parse(at);
  return (
    <details class="notice" data-notice={id} data-well={allClear} open={unfolded}>
      <summary>
        {allClear || isNews ? <WellMark /> : <FailedMark />}
        <strong>
          <span class="unseen">{allClear ? 'Resolved: ' : isNews ? 'News: ' : 'Problem: '}</span>
          {subject}
        </strong>
        <time datetime={at}>{ageWords(Math.max(0, now.value - moment))}</time>
      </summary>
      <Letter text={text} links={[link, lampsLink].filter((one) => one !== undefined)} />
      <p class="quiet">{momentWords(moment)}</p>
    </details>
  );
}
