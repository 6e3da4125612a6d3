import { now, pressControl, pressed } from './desk-state.ts';
import type { ControlState, TimeTravel } from './protocol.ts';
import { FailedMark } from './talk.tsx';
import { dateWords } from './words.ts';

/** In the order of the page. */
const GROUPS = [
  { group: 'time', title: 'Time' },
  { group: 'account', title: 'Account at the device cloud' },
  { group: 'link', title: 'Link' },
  { group: 'reports', title: 'Reports' },
] as const satisfies readonly { group: ControlState['group']; title: string }[];

interface ControlsProps {
  readonly controls: readonly ControlState[];
  readonly travel: TimeTravel | undefined;
}

/** Things that happen once, each at the press of a button. */
export function Controls({ controls, travel }: ControlsProps) {
  if (controls.length === 0) return null;
  return (
    <section class="card controls" aria-labelledby="controls-title">
      <div class="controls-head">
        <h2 id="controls-title">Let something happen</h2>
        <Progress controls={controls} />
      </div>
      {GROUPS.map(({ group, title }) => {
        const own = controls.filter((control) => control.group === group);
        if (own.length === 0) return null;
        return (
          <section key={group} class="control-group" aria-label={title}>
            <div>
              <h3>{title}</h3>
              {group === 'time' && <p class="quiet">It is {dateWords(now.value)}.</p>}
              {group === 'time' && travel && (
                <p class="quiet">{`Day ${travel.passed} of ${travel.days} has passed.`}</p>
              )}
            </div>
            <ul>
              {own.map((control) => (
                <Control key={control.id} control={control} />
              ))}
            </ul>
          </section>
        );
      })}
    </section>
  );
}

function Progress({ controls }: { controls: readonly ControlState[] }) {
  const last = controls.find(({ id }) => id === pressed.value?.id);
  const words = { busy: 'is happening…', done: 'has happened.', failed: 'could not be done.' };
  return (
    <p class="quiet" role="status" data-progress={last && pressed.value?.state}>
      {last && pressed.value && `“${last.label}” ${words[pressed.value.state]}`}
    </p>
  );
}

function Control({ control: { id, label, expect } }: { control: ControlState }) {
  const state = pressed.value?.id === id ? pressed.value.state : undefined;
  const expectId = `control-${id}`;
  return (
    <li>
      {/* Not `disabled` while another is at work: that would take the focus away from it. */}
      <button
        type="button"
        class="plain control"
        aria-describedby={expectId}
        aria-busy={state === 'busy'}
        aria-disabled={pressed.value?.state === 'busy'}
        onClick={() => void pressControl(id)}
      >
        {label}
        {state === 'busy' && <span class="spinner" aria-hidden="true" />}
        {state === 'failed' && <FailedMark />}
      </button>
      <p id={expectId} class="quiet">
        {expect}
      </p>
    </li>
  );
}
