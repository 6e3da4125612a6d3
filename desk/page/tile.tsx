import { act, now } from './desk-state.ts';
import type { LampState } from './protocol.ts';
import { ageWords, causeWords, durationWords, stateWords } from './words.ts';

/** How Alexa's app would show the lamp, from nothing but the messages that Alexa got; and whether that is true. */
export function Tile({ lamp }: { lamp: LampState }) {
  const { tile } = lamp;
  return (
    <section class="tile-side" aria-label={`Alexa's view of ${lamp.name}`}>
      <h3>Alexa's view</h3>
      {tile ? (
        <>
          <AppTile tile={tile} dimmable={lamp.dimmable} />
          <Verdict lamp={lamp} />
          <LastMessage tile={tile} />
        </>
      ) : (
        <>
          <p class="quiet">Alexa does not know this lamp yet.</p>
          <button type="button" class="plain" onClick={() => void act('discover', {})}>
            Look for devices
          </button>
        </>
      )}
    </section>
  );
}

function AppTile({ tile, dimmable }: { tile: NonNullable<LampState['tile']>; dimmable: boolean }) {
  const reachable = tile.connectivity !== 'UNREACHABLE';
  const on = reachable && tile.power === 'ON';
  const percent = dimmable ? tile.brightness : undefined;
  const words = reachable ? stateWords(tile.power, percent) : 'Device is unresponsive';
  return (
    <div class="tile" data-on={on} data-reachable={reachable}>
      <svg class="bulb" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M9 17.5h6M9.8 20.5h4.4M12 3a6 6 0 0 0-3.7 10.7c.7.6 1.1 1.2 1.1 2.1h5.2c0-.9.4-1.5 1.1-2.1A6 6 0 0 0 12 3Z" />
      </svg>
      <div class="tile-text">
        <p class="tile-name">{tile.name}</p>
        <p class="tile-words" data-testid="tile-words">
          {words}
        </p>
      </div>
      {dimmable && (
        <span class="bar" aria-hidden="true">
          <span class="bar-fill" style={{ width: `${on ? (percent ?? 0) : 0}%` }} />
        </span>
      )}
    </div>
  );
}

function Verdict({ lamp }: { lamp: LampState }) {
  return (
    <p class="verdict" data-agree={lamp.agree} data-testid="verdict">
      <svg class="verdict-mark" viewBox="0 0 16 16" aria-hidden="true">
        <path d={lamp.agree ? 'M3.5 8.5l3 3 6-7' : 'M3 5.5h10M3 10.5h10M10.5 2.5l-5 11'} />
      </svg>
      <span>
        {lamp.agree ? "Alexa's view is right" : "Alexa's view differs from the lamp"}
        {lamp.agree && lamp.lastLagMs !== undefined && (
          <small>right again {durationWords(lamp.lastLagMs)} after the last change</small>
        )}
      </span>
    </p>
  );
}

function LastMessage({ tile }: { tile: NonNullable<LampState['tile']> }) {
  if (tile.sentAt === undefined) return <p class="quiet">Alexa has heard nothing of this lamp yet.</p>;
  const age = ageWords(Math.max(0, now.value - Date.parse(tile.sentAt)));
  return (
    <p class="last-message">
      Heard {age}
      {tile.cause && <> because of {causeWords(tile.cause)}</>}
      <code>{[tile.sentBy, tile.cause].filter(Boolean).join(' · ')}</code>
    </p>
  );
}
