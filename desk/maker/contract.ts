import type { Clock } from '../../lambda/ports/clock.ts';
import type { ChangeOrigin, Device, Power } from '../../lambda/ports/device-cloud.ts';

/** An emulated cloud of a maker's own, as tests and the desk handle it. Its wire is `lambda/adapters/maker-cloud/openapi.yaml`. */
export interface EmulatedMaker {
  /** Base address, such as `http://127.0.0.1:PORT/alexa/v1`. */
  readonly url: string;
  addAccount(account: AccountSetup): MakerAccount;
  /** Adds a device to an account and answers its id. Every field has a default: a dimmer plug with a lamp, off at 100. */
  addDevice(accountId: string, setup?: DeviceSetup): string;
  removeDevice(id: string): void;
  renameDevice(id: string, name: string): void;
  /** What the device itself does: what a person sees. */
  device(id: string): ShownState;
  /** A hand on the device. */
  press(id: string, press: Press): void;
  /** Takes the device's power away; the cloud notices. */
  unplug(id: string): void;
  plugIn(id: string): void;
  /** The maker's own app or a schedule changes the device. */
  change(id: string, change: Change): void;
  /** Also ends the account's sessions. */
  changePassword(email: string, password: string): void;
  setTwoFactorCode(email: string, code: string | undefined): void;
  /** The account takes no sign-in for an hour, whatever the password. */
  lock(email: string): void;
  /** Takes a token of the maker's authorization server for a session of the account. */
  takeToken(accountId: string, token: string): void;
  /** From now on the tokens of an authorization server are taken: those of accounts, and those of a service client. */
  trust(server: TrustedServer): void;
  /** @returns the id of the account, if the password is right */
  checkPassword(email: string, password: string): string | undefined;
  /** Ends the sessions of one account, or all. */
  revokeSessions(email?: string): void;
  /** From now on changes are sent there; `undefined` sends them nowhere. */
  sendEventsTo(receiver: EventReceiver | undefined): void;
  /** Injects a failure; the returned function takes it away. */
  inject(fault: MakerFault): () => void;
  /** Calls back for every message, after it was answered. Returns a function that stops it. */
  onExchange(listener: (exchange: MakerExchange) => void): () => void;
  /** Calls back whenever a device's own state or its connection changes. Returns a function that stops it. */
  onDevice(listener: (id: string, state: ShownState) => void): () => void;
  /** Counts since the start or the last `resetCounts()`: requests, and sign-ins asked for. */
  readonly counts: { requests: number; signIns: number };
  resetCounts(): void;
  close(): Promise<void>;
}

export interface MakerOptions {
  readonly clock: Clock;
  /** Milliseconds from a change to the device's own report; 600 by default. */
  readonly reportDelayMs?: number;
  /** Failed sign-ins until an account is locked for an hour; 5 by default. */
  readonly lockAfter?: number;
}

export interface AccountSetup {
  readonly email: string;
  readonly password: string;
}

/** What an authorization server says of an access token that is good now; nothing of any other. */
export interface TrustedServer {
  accountOf(accessToken: string): Promise<string | undefined>;
  /** The client that got the token for itself, by client credentials. */
  serviceOf(accessToken: string): Promise<string | undefined>;
}

export interface MakerAccount {
  readonly accountId: string;
  readonly email: string;
}

/** What a device is when it is added. */
export type DeviceSetup = Partial<
  Pick<Device, 'name' | 'model' | 'kind' | 'dimmable' | 'power' | 'level' | 'serialNumber' | 'firmwareVersion'>
> & {
  /** The least level that the device can show, in percent of its range; 1 by default. */
  readonly leastLevel?: number;
  /** Fields that its record lacks on the wire, such as `power`. */
  readonly without?: readonly string[];
};

export interface Change {
  readonly power?: Power;
  readonly level?: number;
}

export type Press = 'toggle' | 'on' | 'off' | number;

export interface ShownState {
  readonly power: Power;
  readonly level: number;
  readonly online: boolean;
}

/** Where events go: the address of `device-events`, and the key that it checks signatures with. */
export interface EventReceiver {
  readonly url: string;
  readonly key: string;
}

/** One event of the contract. */
export interface DeviceEvent extends Change {
  readonly accountId: string;
  readonly deviceId: string;
  readonly connected?: boolean;
  readonly at: string;
  readonly origin: ChangeOrigin;
}

/** Where a fault applies; everywhere and forever if it does not say. `refused` knows no scope. */
export interface FaultScope {
  /** Only paths below the base address that match, without the query. */
  readonly path?: RegExp;
  readonly method?: string;
  /** Only so many times; then it is gone. */
  readonly times?: number;
  /** The request takes effect anyway, only its answer is lost or spoilt; false by default. */
  readonly takesEffect?: boolean;
}

export type MakerFault = FaultScope &
  (
    | { readonly kind: 'html'; readonly status: number } // a gateway's page
    | {
        readonly kind: 'problem';
        readonly status: number;
        readonly code?: string;
        readonly retryAfter?: number | string;
      }
    | { readonly kind: 'body'; readonly status?: number; readonly body: string } // this text as JSON, 200 by default
    | { readonly kind: 'reset' } // the connection is destroyed before the answer
    | { readonly kind: 'hang' } // no answer at all
    | { readonly kind: 'latency'; readonly ms: number }
    | { readonly kind: 'refused' } // the port takes no connections at all
    | { readonly kind: 'events-lost' } // changes are sent nowhere
    | { readonly kind: 'events-twice' } // each request with events is sent twice
  );

/** One message that passed, for whoever watches. Tokens and passwords are in it: mask before showing. */
export interface MakerExchange {
  /** `event`: the cloud sent events, and the response is that of `device-events`. */
  readonly channel: 'rest' | 'event';
  readonly at: Date;
  /** Whose session it was, if it had one. */
  readonly accountId?: string;
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  /** Status 0: there was no answer. */
  readonly response: { readonly status: number; readonly body?: unknown };
  /** Whether a fault made the answer. */
  readonly spoilt: boolean;
  readonly ms: number;
}
