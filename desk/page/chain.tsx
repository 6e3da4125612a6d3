import { useRef } from 'preact/hooks';
import type { DeskState, Hop, HopState, Turn } from './protocol.ts';
import { FailedMark } from './talk.tsx';
import { HOPS } from './words.ts';

/** The way back, in the order in which the page draws it: from the device cloud to Alexa. */
const BACK: readonly Hop[] = ['device-watch', 'queue', 'report-worker', 'lwa', 'gateway'];

interface ChainProps {
  readonly hops: readonly HopState[];
  readonly turns: readonly Turn[];
  readonly cloud: DeskState['cloud'];
  readonly cloudName: string;
  readonly signInServer?: string | undefined;
}

/** From voice to lamp and back: one loop, so that each hop is drawn once. */
export function Chain({ hops, turns, cloud, cloudName, signInServer }: ChainProps) {
  const states = new Map(hops.map((state) => [state.hop, state]));
  const note = cloud === 'emulated' ? `${cloudName}, emulated` : cloudName;
  const station = (hop: Hop, order: number, own?: string) => (
    <Station
      key={hop}
      state={states.get(hop) ?? { hop, passed: 0, broken: [] }}
      order={order}
      {...(own ? { note: own } : {})}
    />
  );
  return (
    <section class="card chain" aria-labelledby="chain-title">
      <div class="chain-head">
        <h2 id="chain-title">From voice to lamp, and back</h2>
        <p class="quiet">A hop lights up as a message passes, and turns red where one failed.</p>
      </div>
      <div class="loop">
        <Voice said={turns.at(-1)?.id} />
        {station('account-linking', 1, signInServer)}
        {station('alexa', 1)}
        <div class="way there">{station('skill', 2, 'our function: skill')}</div>
        <div class="way back">{BACK.map((hop, index) => station(hop, index + 2))}</div>
        {station('device-cloud', 3, note)}
        {station('plug', 4)}
      </div>
    </section>
  );
}

function Voice({ said }: { said: number | undefined }) {
  return (
    <div class="station" data-hop="voice">
      <Flash count={said ?? 0} order={0} />
      <svg class="station-icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM6 11a6 6 0 0 0 12 0M12 17v4M9 21h6" />
      </svg>
      <strong>Voice</strong>
      <small>a sentence</small>
    </div>
  );
}

const ICONS = {
  'account-linking': 'M10 14l4-4M11 7l1.5-1.5a4.2 4.2 0 0 1 6 6L17 13M13 17l-1.5 1.5a4.2 4.2 0 0 1-6-6L7 11',
  alexa: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18ZM12 8a4 4 0 1 0 0 8',
  skill: 'M13 3L6 13h5l-1 8l7-11h-5z',
  'device-cloud': 'M7 18a4 4 0 0 1 0-8a5 5 0 0 1 9.6-1.3A4.6 4.6 0 0 1 17 18Z',
  plug: 'M8 3v5M16 3v5M6 8h12v3a6 6 0 0 1-12 0ZM12 17v4',
  'device-watch': 'M3 12s3.5-6 9-6s9 6 9 6s-3.5 6-9 6s-9-6-9-6ZM12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 0 0 0-5',
  queue: 'M4 7h16M4 12h16M4 17h10',
  'report-worker': 'M4 12L20 5l-5 15l-4-6ZM11 14l4-4',
  lwa: 'M8 11V8a4 4 0 0 1 8 0v3M6 11h12v9H6Z',
  gateway: 'M4 20V8l8-4l8 4v12M9 20v-7h6v7',
} as const satisfies Record<Hop, string>;

function Station({ state, order, note }: { state: HopState; order: number; note?: string }) {
  const { hop, passed, broken } = state;
  return (
    <div class="station" data-hop={hop} data-failed={broken.length > 0} data-passed={passed} title={broken.join(' ')}>
      <Flash count={passed} order={order} />
      <svg class="station-icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d={ICONS[hop]} />
      </svg>
      <strong>{HOPS[hop].name}</strong>
      <small>{note ?? HOPS[hop].note}</small>
      {broken.length > 0 && (
        <span class="station-failed">
          <FailedMark />
          failed
        </span>
      )}
    </div>
  );
}

/** A light that comes on each time the count grows, a little later the further along the way it is, and goes out by itself. */
function Flash({ count, order }: { count: number; order: number }) {
  const atFirst = useRef(count);
  if (count === atFirst.current) return null;
  return <span key={count} class="flash" style={{ '--order': String(order) }} aria-hidden="true" />;
}
