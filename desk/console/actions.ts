import * as v from 'valibot';
import type { Desk } from '../page/protocol.ts';

/** Says why a request of the page cannot be done, with the HTTP status that goes with it. */
export class ActionRefused extends Error {
  readonly status: 400 | 404 | 409;
  constructor(status: 400 | 404 | 409, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const sentence = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200));
const percent = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));
const level = v.pipe(percent, v.minValue(1));

/** Joins a schema to a call, so that no call sees an unchecked body. */
const action =
  <Body>(schema: v.GenericSchema<unknown, Body>, shape: string, run: (desk: Desk, body: Body) => Promise<void>) =>
  (desk: Desk, body: unknown): Promise<void> => {
    const checked = v.safeParse(schema, body);
    if (!checked.success) throw new ActionRefused(400, `Expected ${shape}.`);
    return run(desk, checked.output);
  };

const known = (list: readonly { readonly id: string }[], wanted: string, what: string) => {
  if (!list.some((entry) => entry.id === wanted))
    throw new ActionRefused(404, `There is no ${what} with the id "${wanted}".`);
};

/** What `POST /api/<name>` does. */
export const actions = new Map([
  [
    'say',
    action(v.strictObject({ sentence, place: v.optional(id) }), '{ sentence: 1 to 200 characters }', (desk, body) =>
      desk.say(body),
    ),
  ],
  [
    'press',
    action(
      v.strictObject({ lamp: id, press: v.union([v.literal('toggle'), level]) }),
      '{ lamp: id, press: "toggle" or 1 to 100 }',
      async (desk, body) => {
        known(desk.state().lamps, body.lamp, 'lamp');
        await desk.press(body);
      },
    ),
  ],
  [
    'move',
    action(
      v.strictObject({ lamp: id, by: v.picklist(['app', 'schedule']), level: percent }),
      '{ lamp: id, by: "app" or "schedule", level: 0 to 100 }',
      async (desk, body) => {
        known(desk.state().lamps, body.lamp, 'lamp');
        await desk.move(body);
      },
    ),
  ],
  [
    'unplug',
    action(
      v.strictObject({ lamp: id, unplugged: v.boolean() }),
      '{ lamp: id, unplugged: true or false }',
      async (desk, body) => {
        known(desk.state().lamps, body.lamp, 'lamp');
        await desk.unplug(body);
      },
    ),
  ],
  [
    'fault',
    action(v.strictObject({ id, on: v.boolean() }), '{ id: of a fault, on: true or false }', async (desk, body) => {
      known(desk.state().faults, body.id, 'fault');
      await desk.fault(body);
    }),
  ],
  [
    'control',
    action(v.strictObject({ id }), '{ id: of a control }', async (desk, body) => {
      known(desk.state().controls, body.id, 'control');
      await desk.control(body);
    }),
  ],
  ['stop', action(v.strictObject({}), '{}', (desk) => desk.stop({}))],
  ['examine', action(v.strictObject({}), '{}', (desk) => desk.examine({}))],
  ['discover', action(v.strictObject({}), '{}', (desk) => desk.discover({}))],
]);
