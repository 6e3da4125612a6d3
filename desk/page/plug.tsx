import { act } from './desk-state.ts';
import type { LampState } from './protocol.ts';

const STEP = 5;

interface PlugProps {
  readonly lamp: LampState;
  /** Whether the page may press it. */
  readonly hands: boolean;
  /** Moves the level by so many points. */
  readonly dim: (points: number) => void;
}

/** The plug in its outlet, drawn over the room, with the button and the dim keys that one presses. */
export function Plug({ lamp, hands, dim }: PlugProps) {
  const { power, level, online } = lamp.plug;
  const lit = online && power === 'ON';
  const ring = lit ? (lamp.dimmable ? level : 100) : 0;
  const hintId = `plug-hint-${lamp.id}`;
  const onKeyDown = (event: KeyboardEvent) => {
    const points = event.key === 'ArrowUp' ? STEP : event.key === 'ArrowDown' ? -STEP : 0;
    if (points === 0 || !lamp.dimmable || !online) return;
    event.preventDefault(); // the page would scroll
    dim(points);
  };
  return (
    <div class="plug" data-unplugged={!online} style={{ '--ring': String(ring) }}>
      <span class="plug-led" data-lit={lit} aria-hidden="true" />
      <button
        type="button"
        class="plug-button"
        aria-label={`Button on the plug of ${lamp.name}`}
        aria-describedby={hintId}
        disabled={!hands || !online}
        onClick={() => void act('press', { lamp: lamp.id, press: 'toggle' })}
        onKeyDown={onKeyDown}
      >
        <span class="plug-cap" />
      </button>
      <span id={hintId} class="unseen">
        {lamp.dimmable ? 'Switches the lamp. Arrow keys up and down dim it.' : 'Switches the lamp.'}
      </span>
      {lamp.dimmable && (
        <div class="plug-keys">
          {[
            { points: -STEP, word: 'Dimmer', path: 'M2 3 L6 8 L10 3' },
            { points: STEP, word: 'Brighter', path: 'M2 8 L6 3 L10 8' },
          ].map(({ points, word, path }) => (
            <button
              key={word}
              type="button"
              class="plug-key"
              aria-label={`${word}, ${lamp.name}`}
              disabled={!hands || !online}
              onClick={() => dim(points)}
            >
              <svg viewBox="0 0 12 11" aria-hidden="true">
                <path d={path} />
              </svg>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
