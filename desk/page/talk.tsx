import { useEffect, useRef, useState } from 'preact/hooks';
import { draft, say, saying } from './desk-state.ts';
import { groupsOf } from './groups.ts';
import type { LampState, Turn } from './protocol.ts';
import { durationWords } from './words.ts';

/** What one would say, and what Alexa answered. */
export function Talk({ turns, lamps }: { turns: readonly Turn[]; lamps: readonly LampState[] }) {
  return (
    <section class="talk" aria-labelledby="talk-title">
      <h2 id="talk-title">Talk to Alexa</h2>
      <Conversation turns={turns} />
      <SayLine places={groupsOf(lamps, ({ place }) => place).flatMap(([place]) => place ?? [])} />
      <Examples lamp={lamps[0]} first={turns.length === 0} />
    </section>
  );
}

function Conversation({ turns }: { turns: readonly Turn[] }) {
  const list = useRef<HTMLDivElement>(null);
  const newest = `${turns.at(-1)?.id} ${saying.value.length}`;
  useEffect(() => {
    if (!list.current) return;
    // It scrolls, so the keyboard must reach it.
    list.current.tabIndex = 0;
    list.current.scrollTo({ top: list.current.scrollHeight });
  }, [newest]);
  return (
    <div class="turns" ref={list} role="log" aria-label="Conversation" aria-live="polite">
      {turns.length === 0 && saying.value.length === 0 && (
        <p class="answer" data-testid="invitation">
          Hello. Choose a sentence below, or type your own: turn a lamp on or off, dim it, or set its level.
        </p>
      )}
      {turns.map((turn) => (
        <div key={turn.id} class="turn" data-turn={turn.id} data-outcome={turn.outcome}>
          <p class="said">
            <span class="unseen">You: </span>
            {turn.said}
          </p>
          <p class="answer">
            <span class="unseen">{turn.outcome === 'failed' ? 'Alexa, with a failure: ' : 'Alexa: '}</span>
            {turn.outcome === 'failed' && <FailedMark />}
            {turn.answer}
            <small>{durationWords(turn.ms)}</small>
          </p>
        </div>
      ))}
      {saying.value.map(({ key, sentence }) => (
        <div key={`saying-${key}`} class="turn" aria-hidden="true">
          <p class="said">{sentence}</p>
          <p class="answer dots">
            <span />
            <span />
            <span />
          </p>
        </div>
      ))}
    </div>
  );
}

export function FailedMark() {
  return (
    <svg class="failed-mark" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4 4l8 8M12 4l-8 8" />
    </svg>
  );
}

/** What is typed outlives a reload and a restart of the desk. With several places one says which Alexa hears it. */
function SayLine({ places }: { places: readonly string[] }) {
  const [place, setPlace] = useState<string>();
  const submit = (event: Event) => {
    event.preventDefault();
    const words = draft.value.trim();
    if (words === '') return;
    draft.value = '';
    void say(words, place ?? places[0]);
  };
  return (
    <form class="say" onSubmit={submit}>
      <p class="say-head">
        <label for="sentence">What would you say?</label>
        {places.length > 1 && (
          <select
            aria-label="Whose Alexa"
            value={place ?? places[0]}
            onChange={(event) => setPlace(event.currentTarget.value)}
          >
            {places.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </p>
      <div>
        <input
          id="sentence"
          type="text"
          autocomplete="off"
          autocapitalize="none"
          enterkeyhint="send"
          maxLength={200}
          value={draft.value}
          onInput={(event) => {
            draft.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="strong">
          Say it
        </button>
      </div>
    </form>
  );
}

function Examples({ lamp, first }: { lamp: LampState | undefined; first: boolean }) {
  if (!lamp) return null;
  const name = (lamp.tile?.name ?? lamp.name).toLowerCase();
  const levels = [`set ${name} to 30 percent`, `dim ${name}`, `brighten ${name} by 10`];
  const sentences = [`turn on ${name}`, `turn off ${name}`, ...(lamp.dimmable ? levels : [])];
  return (
    <ul class="examples" aria-label="Examples" data-first={first}>
      {sentences.map((sentence) => (
        <li key={sentence}>
          <button type="button" class="chip" onClick={() => void say(sentence)}>
            {sentence}
          </button>
        </li>
      ))}
    </ul>
  );
}
