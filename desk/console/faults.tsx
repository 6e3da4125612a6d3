import { act } from './desk-state.ts';
import type { FaultState } from './protocol.ts';
import { Switch } from './switch.tsx';

export function Faults({ faults }: { faults: readonly FaultState[] }) {
  return (
    <section class="card faults" aria-labelledby="faults-title">
      <h2 id="faults-title">Break something</h2>
      {faults.length === 0 && <p class="quiet">There is nothing to break with the real device cloud.</p>}
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
    </section>
  );
}
