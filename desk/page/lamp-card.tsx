import { useMemo, useRef } from 'preact/hooks';
import { act, newestOnly } from './desk-state.ts';
import { Others } from './others.tsx';
import { Plug } from './plug.tsx';
import type { DeskState, LampState } from './protocol.ts';
import { Room } from './room.tsx';
import { Switch } from './switch.tsx';
import { Tile } from './tile.tsx';
import { lampWords } from './words.ts';

/** How long after a key a further one counts on from it rather than from what the desk last said. */
const KEYS_TOGETHER_MS = 700;

export function LampCard({ lamp, cloud }: { lamp: LampState; cloud: DeskState['cloud'] }) {
  const titleId = `lamp-${lamp.id}`;
  const words = lampWords(lamp);
  const dim = useDimmer(lamp);
  // With the real device cloud the plug is in somebody's room, and only their hand can press it.
  const hands = cloud === 'emulated';
  // Below its account's name, where there are several accounts.
  const Title = lamp.place === undefined ? 'h2' : 'h3';
  return (
    <article
      class="card lamp"
      aria-labelledby={titleId}
      id={`card-${lamp.id}`}
      data-lamp={lamp.id}
      data-power={lamp.plug.power}
      data-level={lamp.plug.level}
      data-online={lamp.plug.online}
    >
      <div class="room-side">
        <div class="room-frame">
          <Room lamp={lamp} label={`${lamp.name}: ${words}`} />
          <Plug lamp={lamp} hands={hands} dim={dim} />
        </div>
        <div class="lamp-line">
          <div>
            <Title id={titleId} class="lamp-name">
              {lamp.name}
            </Title>
            <p class="lamp-words" data-testid="lamp-words" aria-live="polite">
              {words}
            </p>
          </div>
          {hands ? (
            <Switch
              on={!lamp.plug.online}
              label="Unplug"
              name={`Unplug ${lamp.name}`}
              onChange={(unplugged) => void act('unplug', { lamp: lamp.id, unplugged })}
            />
          ) : (
            <p class="quiet">Press the real plug.</p>
          )}
        </div>
        {hands && <Others lamp={lamp} />}
      </div>
      <Tile lamp={lamp} />
    </article>
  );
}

/** @returns a function that moves the level by so many points, as one holds the plug's dim keys */
function useDimmer(lamp: LampState): (points: number) => void {
  const target = useRef({ level: 0, at: 0 });
  const send = useMemo(() => newestOnly((press: number) => act('press', { lamp: lamp.id, press })), [lamp.id]);
  return (points) => {
    const shown = lamp.plug.power === 'ON' ? lamp.plug.level : 0;
    const together = Date.now() - target.current.at < KEYS_TOGETHER_MS;
    const from = together ? target.current.level : shown;
    if (from === 0 && points < 0) return;
    const level = Math.min(100, Math.max(1, from + points));
    target.current = { level, at: Date.now() };
    if (level !== shown || together) send(level);
  };
}
