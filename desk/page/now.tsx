import { act } from './desk-state.ts';
import type { DeskState, DoctorAnswer, HopState, LampState, TimeTravel } from './protocol.ts';
import { FailedMark, Talk } from './talk.tsx';
import { HOPS, lampWords, stateWords } from './words.ts';

/** What stays in view beside all that one can do: the lamps and their tiles, what is broken, and the line to talk. */
export function Now({ state }: { state: DeskState }) {
  return (
    <aside class="card now" aria-label="Now">
      <Strip lamps={state.lamps} />
      {state.travel && <Travel travel={state.travel} />}
      <Broken hops={state.hops} />
      {state.doctor?.answer && <DoctorLine answer={state.doctor.answer} />}
      <Talk turns={state.turns} lamps={state.lamps} />
    </aside>
  );
}

/** Each lamp in one line, beside what Alexa believes. */
function Strip({ lamps }: { lamps: readonly LampState[] }) {
  return (
    <ul class="strip" aria-label="Lamps and tiles">
      {lamps.map((lamp) => (
        <li
          key={lamp.id}
          data-strip={lamp.id}
          data-agree={lamp.agree}
          data-lit={lamp.plug.online && lamp.plug.power === 'ON'}
        >
          <a href={`#card-${lamp.id}`} title={lamp.name}>
            <span class="strip-name">{lamp.name}</span>
            <span class="strip-words">{lampWords(lamp)}</span>
            <span class="strip-tile">
              <span class="unseen">Alexa says: </span>
              {lamp.agree ? '✓ Alexa agrees' : `Alexa: ${tileWords(lamp)}`}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function tileWords({ tile, dimmable }: LampState): string {
  if (!tile) return 'not known';
  if (tile.connectivity === 'UNREACHABLE') return 'unresponsive';
  return stateWords(tile.power, dimmable ? tile.brightness : undefined);
}

/** Everything that is broken, a sentence each. */
function Broken({ hops }: { hops: readonly HopState[] }) {
  return (
    <ul class="broken" aria-live="polite" aria-label="What is wrong">
      {hops.flatMap(({ hop, broken }) =>
        broken.map((sentence) => (
          <li key={hop + sentence} data-broken={hop}>
            <FailedMark />
            <strong>{HOPS[hop].name}:</strong> {sentence}
          </li>
        )),
      )}
    </ul>
  );
}

/** What the doctor says, in one line that leads to the whole answer. */
function DoctorLine({ answer: { hop, state, says } }: { answer: DoctorAnswer }) {
  return (
    <a class="doctor-line" href="#doctor-title" data-doctor-line={state}>
      <span class="quiet">The doctor says: </span>
      <strong>{hop}</strong>
      {state === 'broken' && ' is broken'}: {says}
    </a>
  );
}

/** How far the days have come that pass, and the way to stop them. */
function Travel({ travel: { days, passed } }: { travel: TimeTravel }) {
  return (
    <p class="travel" role="status">
      <span class="spinner" aria-hidden="true" />
      <span data-testid="travel">
        Day {passed} of {days}
      </span>
      <button type="button" class="plain" onClick={() => void act('stop', {})}>
        Stop here
      </button>
    </p>
  );
}
