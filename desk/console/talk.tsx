import { useEffect, useRef, useState } from 'preact/hooks';
import { say, saying } from './desk-state.ts';
import type { LampState, Turn } from './protocol.ts';
import { durationWords } from './words.ts';

/** What one would say, and what Alexa answered. */
export function Talk({ turns, lamps }: { turns: readonly Turn[]; lamps: readonly LampState[] }) {
  return (
    <section class="card talk" aria-labelledby="talk-title">
      <h2 id="talk-title">Talk to Alexa</h2>
      <Conversation turns={turns} />
      <SayLine />
      <Examples lamp={lamps[0]} />
    </section>
  );
}

function Conversation({ turns }: { turns: readonly Turn[] }) {
  const list = useRef<HTMLDivElement>(null);
  const newest = `${turns.at(-1)?.id} ${saying.value.length}`;
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [newest]);
  return (
    <div class="turns" ref={list} role="log" aria-label="Conversation" aria-live="polite">
      {turns.length === 0 && saying.value.length === 0 && (
        <p class="quiet">Nothing said yet. Type a sentence below, or choose one.</p>
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

function SayLine() {
  const [sentence, setSentence] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const words = sentence.trim();
    if (words === '') return;
    setSentence('');
    void say(words);
  };
  return (
    <form class="say" onSubmit={submit}>
      <label for="sentence">What would you say?</label>
      <div>
        <input
          id="sentence"
          type="text"
          autocomplete="off"
          autocapitalize="none"
          enterkeyhint="send"
          maxLength={200}
          value={sentence}
          onInput={(event) => setSentence(event.currentTarget.value)}
        />
        <button type="submit" class="strong">
          Say it
        </button>
      </div>
    </form>
  );
}

function Examples({ lamp }: { lamp: LampState | undefined }) {
  if (!lamp) return null;
  const name = (lamp.tile?.name ?? lamp.name).toLowerCase();
  const levels = [`set ${name} to 30 percent`, `dim ${name}`, `brighten ${name} by 10`];
  const sentences = [`turn on ${name}`, `turn off ${name}`, ...(lamp.dimmable ? levels : [])];
  return (
    <ul class="examples" aria-label="Examples">
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
