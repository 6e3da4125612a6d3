import { render } from 'preact';
import { Connection, Problems, Refusal } from './alerts.tsx';
import { Chain } from './chain.tsx';
import { Controls } from './controls.tsx';
import { act, clockIsShifted, connect, connection, desk, now } from './desk-state.ts';
import { Doctor } from './doctor.tsx';
import { Faults } from './faults.tsx';
import { groupsOf } from './groups.ts';
import { LampCard } from './lamp-card.tsx';
import { Link } from './link.tsx';
import { Messages } from './messages.tsx';
import { Notices } from './notices.tsx';
import { Now } from './now.tsx';
import type { DeskState, LampState } from './protocol.ts';
import { dateWords, lampWords } from './words.ts';

const emulatedWords = ({ cloud, cloudName }: DeskState): string =>
  cloud === 'emulated'
    ? `Emulated on this machine: Alexa with its login and event gateways, the ${cloudName} cloud, the plug, the table and the queue. The skill's own functions are the ones that ship. Nothing leaves this machine.`
    : "The device cloud and the plug are the real ones. Emulated on this machine: Alexa with its login and event gateways, the table and the queue. The skill's own functions are the ones that ship.";

function Page() {
  return (
    <>
      <header class="top">
        <div>
          <h1>The lamp's desk</h1>
          <p>
            Talk to Alexa, press the button of a plug, or <a href="#faults-title">break something</a>. Each hop shows
            what happens, and <a href="#doctor-title">the doctor</a> says what is wrong.
          </p>
        </div>
        {clockIsShifted.value && (
          <p class="clockIsShifted" data-testid="desk-date">
            The desk's date: <strong>{dateWords(now.value)}</strong>
          </p>
        )}
        <p class="live" data-connection={connection.value}>
          <span class="dot" aria-hidden="true" />
          {connection.value === 'live' ? 'Live' : connection.value === 'lost' ? 'Not connected' : 'Connecting'}
        </p>
      </header>
      <Connection />
      <main>{desk.value ? <Everything /> : <p class="waiting">Waiting for the desk…</p>}</main>
      <Refusal />
    </>
  );
}

function Everything() {
  const state = desk.value;
  if (!state) return null;
  const [first, ...others] = groupsOf(state.lamps, ({ place }) => place);
  return (
    <div class="layout">
      <Now state={state} />
      <div class="rest">
        <Problems problems={state.problems} />
        {first ? <Place place={first[0]} lamps={first[1]} cloud={state.cloud} /> : <NoLamp />}
        <Chain
          hops={state.hops}
          turns={state.turns}
          cloud={state.cloud}
          cloudName={state.cloudName}
          signInServer={state.signInServer}
        />
        <Doctor state={state} />
        <Controls controls={state.controls} travel={state.travel} />
        <div class="below">
          <Faults faults={state.faults} />
          <Messages messages={state.messages} />
        </div>
        <div class="standing">
          <Link link={state.link} cloud={state.cloud} cloudName={state.cloudName} />
          <Notices notices={state.notices} hops={state.hops} />
        </div>
        {others.length > 0 && (
          <div class="other-places">
            {others.map(([place, lamps]) => (
              <Place key={place ?? ''} place={place} lamps={lamps} cloud={state.cloud} />
            ))}
          </div>
        )}
        <footer>{emulatedWords(state)}</footer>
      </div>
    </div>
  );
}

/** More lamps than these in a place are folded, so that the page stays short. */
const MOST_OPEN = 3;
const OPEN_OF_MANY = 2;

interface PlaceProps extends Pick<DeskState, 'lamps' | 'cloud'> {
  readonly place: string | undefined;
}

/** The lamps of one account. */
function Place({ place, lamps, cloud }: PlaceProps) {
  return (
    <section aria-label={place ?? 'Lamps'}>
      {place !== undefined && <h2 class="place-name">{place}</h2>}
      <div class="lamps">
        {lamps.map((lamp, index) =>
          lamps.length > MOST_OPEN && index >= OPEN_OF_MANY ? (
            <FoldedLamp key={lamp.id} lamp={lamp} cloud={cloud} />
          ) : (
            <LampCard key={lamp.id} lamp={lamp} cloud={cloud} />
          ),
        )}
      </div>
    </section>
  );
}

function FoldedLamp({ lamp, cloud }: { lamp: LampState } & Pick<DeskState, 'cloud'>) {
  return (
    <details class="card lamp-fold">
      <summary>
        <span>{lamp.name}</span>
        <span class="strip-words">{lampWords(lamp)}</span>
      </summary>
      <LampCard lamp={lamp} cloud={cloud} />
    </details>
  );
}

function NoLamp() {
  return (
    <section class="card empty" aria-label="Lamps">
      <p>There is no lamp yet.</p>
      <button type="button" class="plain" onClick={() => void act('discover', {})}>
        Look for devices
      </button>
    </section>
  );
}

const root = document.getElementById('page');
if (root) {
  connect();
  render(<Page />, root);
}
