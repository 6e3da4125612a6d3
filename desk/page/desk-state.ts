import { computed, effect, signal } from '@preact/signals';
import type { DeskActions, DeskState } from './protocol.ts';

/** The desk as last heard of; undefined until it was heard of once. */
export const desk = signal<DeskState>();
export const connection = signal<'connecting' | 'live' | 'lost'>('connecting');
/** Why the last thing that was asked for could not be done. */
export const refusal = signal<string>();
/** Sentences on their way to Alexa. */
export const saying = signal<readonly { readonly key: number; readonly sentence: string }[]>([]);

const DRAFT = 'draft';
/** The sentence that is being typed. */
export const draft = signal('');

const machineNow = signal(Date.now());
const deskAheadMs = signal(0);
/** The desk's clock, once a second. */
export const now = computed(() => machineNow.value + deskAheadMs.value);
/** Whether the desk's clock was moved: by more than an hour, it is another time at the desk. */
export const clockIsShifted = computed(() => Math.abs(deskAheadMs.value) > 3_600_000);
/** The control whose button was pressed last, and how it goes. */
export const pressed = signal<{ readonly id: string; readonly state: 'busy' | 'done' | 'failed' }>();

const RECONNECT_MS = 1_000;
/** A clock that was moved is hours ahead. A few milliseconds are only the way here, and would make ages flicker. */
const SAME_CLOCK_MS = 2_000;

/** Listens to the desk, for as long as the page is open, and brings back what was being typed. */
export function connect(): void {
  draft.value = sessionStorage.getItem(DRAFT) ?? '';
  effect(() => sessionStorage.setItem(DRAFT, draft.value));
  setInterval(() => {
    machineNow.value = Date.now();
  }, 1_000);
  listen();
}

function listen(): void {
  const events = new EventSource('/events');
  events.onmessage = ({ data }: MessageEvent<string>) => {
    const state = JSON.parse(data) as DeskState; // our own server's, of the same version as this page
    machineNow.value = Date.now();
    const aheadMs = state.now === undefined ? 0 : Date.parse(state.now) - Date.now();
    deskAheadMs.value = Math.abs(aheadMs) < SAME_CLOCK_MS ? 0 : aheadMs;
    desk.value = state;
    connection.value = 'live';
  };
  events.onerror = () => {
    connection.value = 'lost';
    // The browser tries again by itself, except after an answer that is no event stream.
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, RECONNECT_MS);
  };
}

/**
 * Asks the desk to do something; says why on the page when it does not.
 * @returns whether it was done
 */
export async function act<Name extends keyof DeskActions>(
  name: Name,
  body: Parameters<DeskActions[Name]>[0],
): Promise<boolean> {
  refusal.value = undefined;
  try {
    const response = await fetch(`/api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) return true;
    const { error } = (await response.json()) as { error: string };
    refusal.value = error;
  } catch {
    refusal.value = 'The desk does not answer. Is it still running?';
  }
  return false;
}

/** Presses a control's button, and waits until it is done. One at a time: each changes what the next would meet. */
export async function pressControl(id: string): Promise<void> {
  if (pressed.value?.state === 'busy') return;
  pressed.value = { id, state: 'busy' };
  const done = await act('control', { id });
  pressed.value = { id, state: done ? 'done' : 'failed' };
}

let sayings = 0;

/** Says a sentence to the Alexa of a place. What the desk did not hear comes back into the line. */
export async function say(sentence: string, place?: string): Promise<void> {
  const own = { key: ++sayings, sentence };
  saying.value = [...saying.value, own];
  const heard = await act('say', { sentence, ...(place !== undefined && { place }) });
  saying.value = saying.value.filter((other) => other !== own);
  if (!heard && draft.value === '') draft.value = sentence;
}

/** Calls a function for its newest value only: while one call runs, the values in between are skipped. */
export function newestOnly<Value>(run: (value: Value) => Promise<unknown>): (value: Value) => void {
  let waiting: { value: Value } | undefined;
  let running = false;
  const drain = async () => {
    running = true;
    while (waiting) {
      const { value } = waiting;
      waiting = undefined;
      await run(value);
    }
    running = false;
  };
  return (value) => {
    waiting = { value };
    if (!running) void drain();
  };
}
