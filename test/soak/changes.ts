import { setTimeout as pause } from 'node:timers/promises';
import { adjust, set, turnOff, turnOn } from '../support/setup.ts';
import { type Account, onOff, type Street } from './accounts.ts';
import type { MakersApp } from './makers-app.ts';
import type { Random } from './random.ts';

/** Somebody who changes something in one account. */
export interface Actor {
  readonly street: Street;
  readonly setup: Account;
  readonly app: MakersApp;
  readonly random: Random;
}

interface Change {
  readonly source: string;
  /** How often, beside the others. */
  readonly weight: number;
  run(actor: Actor): Promise<unknown> | unknown;
}

const MOST_DEVICES = 6;

const anyDevice = ({ setup, random }: Actor): number => random.pick([...setup.devices]);

const directives = [
  (id: string) => turnOn(id),
  (id: string) => turnOff(id),
  (id: string, random: Random) => set(id, random.between(0, 100)),
  (id: string, random: Random) => adjust(id, random.between(-60, 60)),
  (id: string) => ({ namespace: 'Alexa', name: 'ReportState', endpointId: id }),
];

export const CHANGES: readonly Change[] = [
  {
    source: 'button',
    weight: 30,
    run: (actor) => actor.street.system.myLeviton.paddle(anyDevice(actor), actor.random.pick(['toggle', 'on', 'off'])),
  },
  {
    source: 'level keys',
    weight: 12,
    run: async (actor) => {
      const id = anyDevice(actor);
      for (let press = actor.random.between(2, 6); press > 0; press--) {
        actor.street.system.myLeviton.paddle(id, actor.random.between(1, 100));
        await pause(actor.random.between(5, 40));
      }
    },
  },
  {
    source: "maker's app",
    weight: 15,
    run: (actor) => {
      const power = actor.random.pick(['ON', 'OFF']);
      const brightness = actor.random.between(1, 100);
      return actor.app.write(anyDevice(actor), actor.random.pick([{ power }, { brightness }, { power, brightness }]));
    },
  },
  {
    source: 'schedule',
    weight: 12,
    run: (actor) => {
      const power = actor.random.pick(['ON', 'OFF'] as const);
      const level = actor.random.chance(0.5) ? { brightness: actor.random.between(1, 100) } : {};
      actor.street.system.myLeviton.officialWrite(anyDevice(actor), { power, ...level });
    },
  },
  {
    source: 'voice',
    weight: 25,
    run: async (actor) => {
      const { customer } = actor.random.pick(actor.setup.amazonCustomers);
      const endpoint = actor.random.pick([...actor.setup.devices]);
      const directive = actor.random.pick(directives)(String(endpoint), actor.random);
      // A voice finds what Alexa shows, and offers no levels where there are none.
      const shown = customer.endpoints.find(({ id }) => id === String(endpoint));
      if (!shown || (directive.namespace === 'Alexa.BrightnessController' && !shown.dimmable)) return;
      await customer.send(directive);
    },
  },
  {
    source: 'rename',
    weight: 2,
    run: (actor) => {
      const id = anyDevice(actor);
      actor.street.system.myLeviton.renameSwitch(
        id,
        `Lamp ${id} ${actor.random.pick(['red', 'green', 'blue', 'old'])}`,
      );
    },
  },
  {
    source: 'unplugged',
    weight: 3,
    run: (actor) => {
      const announce = actor.random.chance(0.5);
      const noticed = actor.random.chance(0.8);
      actor.street.system.myLeviton.unplug(anyDevice(actor), { announce, noticed });
    },
  },
  { source: 'plugged in', weight: 8, run: (actor) => actor.street.system.myLeviton.plugIn(anyDevice(actor)) },
  {
    source: 'device added',
    weight: 1,
    run: (actor) => {
      const { setup, street, random } = actor;
      if (setup.devices.size >= MOST_DEVICES) return;
      const name = `New ${setup.index} ${random.between(1, 1_000_000)}`;
      const added = street.system.myLeviton.addSwitch(setup.residence, { name, ...(random.chance(0.3) && onOff) });
      setup.devices.add(added.id);
    },
  },
  {
    source: 'device removed',
    weight: 1,
    run: async ({ setup, street: { system }, random }) => {
      const id = random.pick([...setup.devices]);
      // Of a device that was never written down, since the table was away, nobody can tell Alexa that it has gone.
      const row = await system.ports.devices.get(setup.id, String(id)).catch(() => undefined);
      // And an account that seems to have lost everything is taken for one that could not be read.
      if (!row || setup.devices.size < 2) return;
      setup.devices.delete(id);
      system.myLeviton.removeSwitch(id);
    },
  },
  {
    source: 'discovery',
    weight: 1,
    run: async ({ setup, random }) => {
      // With a broken hop there is no answer, and the person gives up.
      await random
        .pick(setup.amazonCustomers)
        .customer.discover()
        .catch(() => undefined);
    },
  },
];

const WHEEL = CHANGES.flatMap((change) => Array.from({ length: change.weight }, () => change));

export const anyChange = (random: Random): Change => random.pick(WHEEL);
