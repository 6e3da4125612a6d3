import type { Credentials, Power } from '../lambda/ports/device-cloud.ts';
import type { HopMessage } from './message-log.ts';
import type { Names } from './message-names.ts';
import type { Hop } from './page/protocol.ts';

/** The emulated device cloud of a desk, whichever it is: what a hand, an owner, another client and a fault can do to it. */
export interface DeskCloud {
  readonly kind: 'my-leviton' | 'maker';
  /** What people call it. */
  readonly name: string;
  readonly url: string;
  /** Adds an account with lamps. @returns the ids by which its messages name the account: the account's own first, and its mail address */
  addAccount(credentials: Credentials, lamps: readonly DeskLamp[]): string[];
  /** The person adds a lamp to an account, in the maker's app. @returns its id */
  addLamp(email: string, lamp: DeskLamp): string;
  removeLamp(id: string): void;
  /** The ids of an account's lamps. */
  lampsOf(email: string): readonly string[];
  device(id: string): DeskDevice;
  /** Whether what the cloud says of a lamp is how the lamp is. */
  knows(id: string): boolean;
  press(id: string, press: 'toggle' | 'on' | 'off' | number): void;
  unplug(id: string): void;
  plugIn(id: string): void;
  /** A schedule in the cloud. */
  schedule(id: string, write: DeskWrite): void;
  /** The maker's own app, signed in to this account. @throws an Error with one sentence when the cloud does not take it */
  writeAsApp(
    account: Credentials & { readonly code?: string | undefined },
    id: string,
    write: DeskWrite,
  ): Promise<void>;
  changePassword(email: string, password: string): void;
  setTwoFactorCode(email: string, code: string): void;
  /** Ends the sessions of one account, or all. */
  revokeSessions(email?: string): void;
  /** Locks an account after wrong passwords, and ends its sessions, until the returned function is called. */
  lock(email: string): () => void;
  /** How many sign-ins were asked for since the last `resetCounts`. */
  readonly signIns: number;
  /** Push channels opened since then; undefined where a cloud has none. */
  readonly pushChannels: number | undefined;
  resetCounts(): void;
  /** Each of these holds until the returned function is called. */
  takeDown(): () => void;
  /** It answers what no version of the skill knows. */
  changeAnswers(): () => void;
  /** It answers 429 to whatever it is asked. */
  throttle(): () => void;
  /** What hands do at the plugs does not get to it. */
  losePresses(): () => void;
  slowDown(ms: number, what?: 'commands'): () => void;
  losePushes(): () => void;
  /** Calls back for every message, with what makes the page's message of it. */
  onMessage(listener: (toMessage: (asker: Hop, names: Names) => HopMessage | undefined) => void): void;
  onDevice(listener: (id: string, state: DeskDevice) => void): void;
}

export interface DeskLamp {
  readonly name: string;
  readonly model?: string;
  readonly power?: Power;
  readonly level?: number;
  readonly minLevel?: number;
}

export interface DeskDevice {
  readonly power: Power;
  readonly level: number;
  readonly online: boolean;
}

export type DeskWrite = { readonly power: 'OFF' } | { readonly power: 'ON'; readonly level: number };
