import { render } from 'preact';
import { Connection, Problems, Refusal } from './alerts.tsx';
import { Chain } from './chain.tsx';
import { act, connect, connection, desk } from './desk-state.ts';
import { Faults } from './faults.tsx';
import { LampCard } from './lamp-card.tsx';
import { Messages } from './messages.tsx';
import { Talk } from './talk.tsx';

const EMULATED = {
  emulated:
    "Emulated on this machine: Alexa with its login and event gateways, the My Leviton cloud, the plug, the table and the queue. The skill's own functions are the ones that ship. Nothing leaves this machine.",
  'my-leviton':
    "The device cloud and the plug are the real ones. Emulated on this machine: Alexa with its login and event gateways, the table and the queue. The skill's own functions are the ones that ship.",
} as const;

function Page() {
  return (
    <>
      <header class="top">
        <div>
          <h1>The lamp's desk</h1>
          <p>A lamp, its plug, Alexa, and everything in between.</p>
        </div>
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
  return (
    <>
      <Problems problems={state.problems} />
      <div class="stage">
        <section class="lamps" aria-label="Lamps">
          {state.lamps.map((lamp) => (
            <LampCard key={lamp.id} lamp={lamp} cloud={state.cloud} />
          ))}
          {state.lamps.length === 0 && (
            <div class="card empty">
              <p>There is no lamp yet.</p>
              <button type="button" class="plain" onClick={() => void act('discover', {})}>
                Look for devices
              </button>
            </div>
          )}
        </section>
        <Talk turns={state.turns} lamps={state.lamps} />
      </div>
      <Chain hops={state.hops} turns={state.turns} cloud={state.cloud} />
      <div class="below">
        <Faults faults={state.faults} />
        <Messages messages={state.messages} />
      </div>
      <footer>{EMULATED[state.cloud]}</footer>
    </>
  );
}

const root = document.getElementById('page');
if (root) {
  connect();
  render(<Page />, root);
}
