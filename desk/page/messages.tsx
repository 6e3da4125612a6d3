import { useState } from 'preact/hooks';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Message } from './protocol.ts';
import { FailedMark } from './talk.tsx';
import { durationWords, HOPS } from './words.ts';

/** Everything that passed, newest first. */
export function Messages({ messages }: { messages: readonly Message[] }) {
  const [failedOnly, setFailedOnly] = useState(false);
  const bad = (message: Message) => !message.ok || (message.problems?.length ?? 0) > 0;
  const shown = (failedOnly ? messages.filter(bad) : messages).toReversed();
  return (
    <section class="card messages" aria-labelledby="messages-title">
      <div class="messages-head">
        <h2 id="messages-title">Messages</h2>
        <label>
          <input
            type="checkbox"
            checked={failedOnly}
            onChange={(event) => setFailedOnly(event.currentTarget.checked)}
          />
          failed ones only
        </label>
      </div>
      {shown.length === 0 ? (
        <p class="quiet">{failedOnly ? 'None has failed.' : 'None yet. Say something, or press the button.'}</p>
      ) : (
        <ol class="message-list">
          {shown.map((message) => (
            <li key={message.id}>
              <MessageRow message={message} bad={bad(message)} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function MessageRow({ message, bad }: { message: Message; bad: boolean }) {
  const [open, setOpen] = useState(false);
  const { at, from, to, title, outcome, ms, sent, answered, problems } = message;
  return (
    <details class="message" data-bad={bad} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="message-way">
          {HOPS[from].name} <span aria-hidden="true">→</span>
          <span class="unseen"> to </span> {HOPS[to].name}
        </span>
        <code class="message-title">{title}</code>
        <span class="message-outcome">
          {bad && (
            <>
              <FailedMark />
              <span class="unseen">failed: </span>
            </>
          )}
          {outcome}
        </span>
        <span class="message-ms">{ms === undefined ? '' : durationWords(ms)}</span>
      </summary>
      {open && (
        <div class="message-body">
          <p class="quiet">
            {at} · <code>{from}</code> → <code>{to}</code>
          </p>
          {problems && problems.length > 0 && (
            <ul class="message-problems">
              {problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          )}
          {sent !== undefined && <Json label="sent" text={sent} />}
          {answered !== undefined && <Json label="answered" text={answered} />}
          {sent === undefined && answered === undefined && <p class="quiet">It carried nothing to show.</p>}
        </div>
      )}
    </details>
  );
}

function Json({ label, text }: { label: string; text: string }) {
  return (
    <figure>
      <figcaption>{label}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be reachable by keyboard */}
      <pre tabIndex={0}>{pretty(text)}</pre>
    </figure>
  );
}

/** JSON with indents; any other text as it is. */
function pretty(text: string): string {
  const value = parseJson(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}
