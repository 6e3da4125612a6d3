import { useEffect } from 'preact/hooks';
import { act, now } from './desk-state.ts';
import type { DeskState, DoctorAnswer, DoctorShown } from './protocol.ts';
import { ageWords } from './words.ts';

/** How long the desk is left alone after something was broken or tried, before the doctor looks. */
const AFTER_MS = 1_500;

/** What `npm run doctor` would say, now and before. It looks again whenever something was broken, repaired or tried. */
export function Doctor({ state }: { state: DeskState }) {
  const tried = occasionOf(state);
  useEffect(() => {
    const timer = setTimeout(() => void act('examine', {}), AFTER_MS);
    return () => clearTimeout(timer);
  }, [tried]);
  const { doctor } = state;
  return (
    <section class="card doctor" aria-labelledby="doctor-title">
      <div class="doctor-head">
        <h2 id="doctor-title">What the doctor says</h2>
        <button type="button" class="plain" disabled={doctor?.busy === true} onClick={() => void act('examine', {})}>
          {doctor?.busy ? 'Looking…' : 'Look again'}
        </button>
      </div>
      {doctor?.answer ? <Answer doctor={doctor} answer={doctor.answer} /> : <p class="quiet">Nobody has looked yet.</p>}
    </section>
  );
}

/** What may change the answer. Sentences, faults, plugs and the link, and no message: the doctor's own are messages, too. */
const occasionOf = ({ faults, turns, lamps, link }: DeskState): string =>
  JSON.stringify([
    faults.filter(({ on }) => on).map(({ id }) => id),
    turns.at(-1)?.id,
    lamps.map(({ plug }) => plug.online),
    [link.linked, link.mayReport, link.session?.state],
  ]);

function Answer({ doctor, answer }: { doctor: DoctorShown; answer: DoctorAnswer }) {
  const others = doctor.broken.filter(({ hop }) => hop !== answer.hop);
  const before = doctor.before.slice(0, -1).toReversed();
  return (
    <>
      <div class="doctor-answer" data-doctor={answer.state} data-hop={answer.hop} role="status">
        <p>
          <strong>{answer.hop}</strong>
          {answer.state === 'broken' && ' is broken'}: {answer.says}
        </p>
        {answer.remedy && (
          <p>
            <span class="quiet">{answer.who}: </span>
            {answer.remedy}
          </p>
        )}
        {doctor.at && <p class="quiet">Looked {ageWords(Math.max(0, now.value - Date.parse(doctor.at)))}</p>}
      </div>
      {others.length > 0 && (
        <>
          <h3>Also broken</h3>
          <ul>
            {others.map(({ hop, says }) => (
              <li key={hop}>
                <strong>{hop}:</strong> {says}
              </li>
            ))}
          </ul>
        </>
      )}
      {before.length > 0 && (
        <details class="fold">
          <summary>
            <h3>Before that</h3>
            <span class="quiet">{before.length}</span>
          </summary>
          <ol>
            {before.map(({ hop, says, at }) => (
              <li key={at + hop}>
                <span class="quiet">{ageWords(Math.max(0, now.value - Date.parse(at)))}</span> <strong>{hop}:</strong>{' '}
                {says}
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}
