import type { DeskClock } from '../../../desk/clock.ts';
import type { Account, EmulatedMyLeviton, EmulatorOptions, SwitchSetup } from '../../../desk/my-leviton/contract.ts';
import { startMyLeviton } from '../../../desk/my-leviton/emulator.ts';
import { createMyLeviton } from '../../../lambda/adapters/my-leviton/cloud.ts';
import type { CloudSession, DeviceCloud } from '../../../lambda/ports/device-cloud.ts';
import { withFastClock as fastClockOf, testClock } from '../../support/clock.ts';

export const CREDENTIALS = { email: 'ada@example.org', password: 'correct horse battery' };
const STRANGER = { email: 'eve@example.org', password: 'another' };

/** An emulated My Leviton with an account and a stranger's, and the adapter before it. */
export interface Desk {
  readonly emulator: EmulatedMyLeviton;
  readonly clock: DeskClock;
  readonly account: Account;
  readonly stranger: Account;
  readonly cloud: DeviceCloud;
  /** Adds a switch to the account's account and answers its id as the port spells it. */
  add(fields?: SwitchSetup): string;
  signIn(): Promise<CloudSession>;
}

export interface DeskOptions extends Partial<Omit<EmulatorOptions, 'clock'>> {
  readonly timeoutMs?: number;
}

export async function openDesk({ timeoutMs = 10_000, ...options }: DeskOptions = {}): Promise<Desk> {
  const clock = testClock();
  const emulator = await startMyLeviton({ clock, reportDelayMs: 20, ...options });
  const account = emulator.addAccount(CREDENTIALS);
  const stranger = emulator.addAccount(STRANGER);
  const cloud = createMyLeviton({ url: emulator.url, clock, timeoutMs });
  return {
    emulator,
    clock,
    account,
    stranger,
    cloud,
    add: (fields) => String(emulator.addSwitch(account.residenceIds[0] ?? 0, fields).id),
    signIn: () => cloud.signIn(CREDENTIALS, undefined, patience()),
  };
}

/** Longer than any test. */
export const patience = (): AbortSignal => AbortSignal.timeout(110_000);

/** Moves the clock forward until the work is done, so that its pauses take no real time. */
export const withFastClock = <T>(clock: DeskClock, work: Promise<T>, stepMs = 50): Promise<T> =>
  fastClockOf(clock, () => work, stepMs);
