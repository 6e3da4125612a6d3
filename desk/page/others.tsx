import { useMemo, useState } from 'preact/hooks';
import { act, newestOnly } from './desk-state.ts';
import type { LampState } from './protocol.ts';

/** What moves a lamp besides Alexa and the hand on its plug: the maker's own app, and a schedule in the maker's cloud. */
export function Others({ lamp }: { lamp: LampState }) {
  const { level, power } = lamp.plug;
  const move = (by: 'app' | 'schedule', to: number) => void act('move', { lamp: lamp.id, by, level: to });
  return (
    <details class="others">
      <summary>Let something else move it</summary>
      <div class="others-rows">
        {lamp.dimmable ? (
          <Slider lamp={lamp} shown={power === 'ON' ? level : 0} />
        ) : (
          <OnOff name="Maker's app" lamp={lamp} onMove={(to) => move('app', to)} />
        )}
        <OnOff name="Schedule" lamp={lamp} onMove={(to) => move('schedule', to)} />
      </div>
    </details>
  );
}

function Slider({ lamp, shown }: { lamp: LampState; shown: number }) {
  const inputId = `app-${lamp.id}`;
  const [held, setHeld] = useState<number>();
  const send = useMemo(
    () => newestOnly((level: number) => act('move', { lamp: lamp.id, by: 'app', level })),
    [lamp.id],
  );
  return (
    <div class="others-row">
      <label for={inputId}>Maker's app</label>
      <input
        id={inputId}
        type="range"
        min="0"
        max="100"
        step="5"
        aria-label={`Maker's app, level of ${lamp.name}`}
        disabled={!lamp.plug.online}
        value={held ?? shown}
        onInput={(event) => setHeld(event.currentTarget.valueAsNumber)}
        onChange={(event) => {
          setHeld(undefined);
          send(event.currentTarget.valueAsNumber);
        }}
      />
      <output for={inputId}>{held ?? shown}%</output>
    </div>
  );
}

interface OnOffProps {
  readonly name: string;
  readonly lamp: LampState;
  readonly onMove: (level: number) => void;
}

function OnOff({ name, lamp, onMove }: OnOffProps) {
  return (
    <fieldset class="others-row">
      <legend class="unseen">{`${name}, ${lamp.name}`}</legend>
      <span aria-hidden="true">{name}</span>
      {[
        { word: 'On', level: lamp.plug.level || 100 },
        { word: 'Off', level: 0 },
      ].map(({ word, level }) => (
        <button key={word} type="button" class="chip" disabled={!lamp.plug.online} onClick={() => onMove(level)}>
          {word}
        </button>
      ))}
    </fieldset>
  );
}
