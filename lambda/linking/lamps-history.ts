import { html } from 'hono/html';
import { recentChanges } from '../domain/lamp-history.ts';
import type { ChangedBy, DeviceRecord, NotedChange } from '../ports/device-store.ts';
import { type LampsView, lightText } from './lamps-view.ts';
import { type LampsContext, nameIn } from './lamps-words.ts';
import type { Html } from './page.ts';

/** A change this near to a blink is part of it: the blink, the plug's own report, and the way back. */
const BLINK_MS = 12_000;

/** What the last seven days brought, lamp by lamp, the newest first. */
export function historyPart(view: LampsView, time: (iso: string) => Html): Html {
  const { history } = view.context.texts.lamps;
  const now = new Date(view.at);
  const lamps = view.records.flatMap((record) => {
    const changes = recentChanges(record, now);
    return changes.length === 0 ? [] : [{ record, changes }];
  });
  return html`<details><summary>${history.title}</summary>
${
  lamps.length === 0
    ? html`<p>${history.none}</p>`
    : lamps.map(
        ({ record, changes }) => html`<div class="history"><h3>${nameIn(record.device.name, view.context)}</h3>
<ol class="history">${changes
          .map(
            (change, index) =>
              html`<li>${time(change.at)}<br>${changeText(change, changes[index - 1], record, view)}</li>`,
          )
          .reverse()}</ol></div>`,
      )
}
<small>${history.bound}</small>
<small>${history.night({ cloud: view.context.cloud })}</small>
</details>`;
}

/** What changed, and who did it. That a plug comes or goes is nobody's doing that we know of. */
function changeText(
  change: NotedChange,
  before: NotedChange | undefined,
  { device }: DeviceRecord,
  { context, blinks }: LampsView,
): string {
  const { history } = context.texts.lamps;
  if (!change.connected) return history.gone;
  const light = lightText({ device, lastState: change }, context);
  if (before !== undefined && !before.connected) return `${history.back}: ${light}`;
  const isBlink =
    change.by !== 'plug' &&
    blinks.some((at) => {
      const afterMs = Date.parse(change.at) - Date.parse(at);
      return afterMs >= -1_000 && afterMs <= BLINK_MS;
    });
  return `${light}, ${isBlink ? history.by.page : byText(change.by, context)}`;
}

function byText(by: ChangedBy, { texts, cloud }: LampsContext): string {
  const text = texts.lamps.history.by[by];
  return typeof text === 'string' ? text : text({ cloud });
}
