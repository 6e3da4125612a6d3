import { useRef } from 'preact/hooks';
import { act } from './desk-state.ts';
import { groupsOf } from './groups.ts';
import type { FaultState } from './protocol.ts';
import { Switch } from './switch.tsx';
import { HOPS } from './words.ts';

/** Up to this many faults form one list; more are folded by the station that they break. */
const MOST_UNFOLDED = 6;

export function Faults({ faults }: { faults: readonly FaultState[] }) {
  const on = faults.filter((fault) => fault.on).length;
  return (
    <section class="card faults" aria-labelledby="faults-title">
      <div class="faults-head">
        <h2 id="faults-title">Break something</h2>
        {on > 0 && <p class="faults-on">{on} broken now</p>}
      </div>
      {faults.length === 0 && <p class="quiet">There is nothing to break with the real device cloud.</p>}
      {faults.length <= MOST_UNFOLDED ? (
        <FaultList faults={faults} />
      ) : (
        groupsOf(faults, ({ hop }) => hop).map(([hop, own], index) => (
          <Fold
            key={hop ?? ''}
            title={hop === undefined ? 'Elsewhere' : HOPS[hop].name}
            faults={own}
            first={index === 0}
          />
        ))
      )}
    </section>
  );
}

function Fold({ title, faults, first }: { title: string; faults: readonly FaultState[]; first: boolean }) {
  const on = faults.filter((fault) => fault.on).length;
  // As it stands when the page opens; from then on as the reader leaves it.
  const unfolded = useRef(first || on > 0).current;
  return (
    <details class="fold" open={unfolded}>
      <summary>
        <h3>{title}</h3>
        <span class={on > 0 ? 'faults-on' : 'quiet'}>{on > 0 ? `${on} of ${faults.length} on` : faults.length}</span>
      </summary>
      <FaultList faults={faults} />
    </details>
  );
}

function FaultList({ faults }: { faults: readonly FaultState[] }) {
  return (
    <ul>
      {faults.map((fault) => (
        <li key={fault.id} data-fault={fault.id} data-on={fault.on}>
          <Switch
            on={fault.on}
            label={fault.label}
            describedBy={`expect-${fault.id}`}
            onChange={(on) => void act('fault', { id: fault.id, on })}
          />
          <p id={`expect-${fault.id}`} class="quiet">
            {fault.expect}
          </p>
        </li>
      ))}
    </ul>
  );
}
