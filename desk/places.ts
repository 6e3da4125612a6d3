import type { Credentials } from '../lambda/ports/device-cloud.ts';
import type { AmazonCustomer } from './amazon-customer.ts';
import type { DeskLamp } from './desk-cloud.ts';
import type { LocalSystem } from './local-system.ts';

/** The account of the emulated cloud, for those who want to sign in to it with another client. */
export const EMULATED_ACCOUNT: Credentials = { email: 'lamp@example.org', password: 'bedroom-lamp' };
export const SECOND_ACCOUNT: Credentials = { email: 'grandma@example.org', password: 'hall-light' };

/** One account of the desk with its own Alexa. With the real device cloud there is one, without a name. */
export interface Place {
  readonly name?: string;
  readonly amazonCustomer: AmazonCustomer;
  /** The ids of its account and residences at the emulated device cloud, and its e-mail address. */
  readonly cloudIds: readonly string[];
}

/** The lamps of the first account beyond the two that everybody sees, to try a house of many. */
const MORE_LAMPS = [
  'Kitchen counter',
  'Desk lamp',
  'Christmas-tree-lights-in-the-conservatory-by-the-garden',
  'Floor lamp',
  'Bookcase',
  'Aquarium',
  'Porch light',
  'Workshop',
];

/**
 * Fills the emulated cloud with two accounts: one with two lamps or more, and one with a single lamp far away.
 * @param plugs how many lamps the first account has, 1 or more; 2 by default
 * @returns the ids by which the device cloud knows each: of the account first
 */
export function fillAccounts({ deviceCloud }: LocalSystem, plugs = 2): readonly [string[], string[]] {
  const more = Array.from({ length: Math.max(0, plugs - 2) }, (_, index): DeskLamp => {
    const plug = index + 3;
    const name = MORE_LAMPS[index] ?? `Lamp ${plug}`;
    return { name, power: plug % 2 === 0 ? 'ON' : 'OFF', level: 10 * (plug % 10) + 10 };
  });
  const reading = { name: 'Reading light', model: 'D23LP', minLevel: 10, level: 80 };
  return [
    deviceCloud.addAccount(EMULATED_ACCOUNT, [
      { name: 'Bedroom lamp', power: 'ON', level: 60 },
      ...(plugs > 1 ? [reading] : []),
      ...more,
    ]),
    deviceCloud.addAccount(SECOND_ACCOUNT, [{ name: 'Hall light', power: 'ON', level: 35 }]),
  ];
}
