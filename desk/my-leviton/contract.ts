import type { Clock } from '../../lambda/ports/clock.ts';

/** The emulated My Leviton cloud as tests and the desk handle it. Its wire is in `rest.ts` and `socket.ts`. */
export interface EmulatedMyLeviton {
  /** `http://127.0.0.1:PORT/api` */
  readonly url: string;
  /** `ws://127.0.0.1:PORT/socket/websocket` */
  readonly socketUrl: string;
  /** Every account may be changed here between requests; ids are assigned when absent. */
  addAccount(account: AccountSetup): Account;
  /** Adds a switch to a residence; every field has a default of a DW3HL with a lamp, off at 100. */
  addSwitch(residenceId: number, fields?: SwitchSetup): IotSwitch;
  removeSwitch(id: number): void;
  /** The person gives the switch another name in the maker's app. */
  renameSwitch(id: number, name: string): void;
  /** Adds a room and answers its id; a switch is in it whose `residentialRoomId` says so. */
  addRoom(residenceId: number, name: string): number;
  /** Adds an activity, i.e. a scene, and answers its id. */
  addActivity(residenceId: number, name: string, actions: readonly ActivityAction[]): number;
  /** The cloud's record: what REST answers. */
  record(id: number): IotSwitch;
  /** What the device itself does: what a person sees. */
  device(id: number): DeviceState;
  /** A hand on the device: one frame with `chgReason` 1. */
  paddle(id: number, press: 'toggle' | 'on' | 'off' | number): void;
  /** What hands do at the devices does not get to the cloud, until the returned function is called. Then the devices report how they are. */
  losePresses(): () => void;
  /**
   * Takes the device's power away. With `announce: false` no frame tells so and only a read finds it; with `noticed: false` even the
   * record goes on saying `connected`. Both are true by default.
   */
  unplug(id: number, options?: { announce?: boolean; noticed?: boolean }): void;
  /** The device is back: it reports its true state, whatever the record said meanwhile. */
  plugIn(id: number): void;
  /** The maker's own Alexa skill or Matter writes: the device moves, wave 2 only, no `client_id`. */
  officialWrite(id: number, fields: { power?: 'ON' | 'OFF'; brightness?: number }): void;
  /** Also ends the account's sessions. */
  changePassword(email: string, password: string): void;
  /** The owner of a residence invites another person to it as a guest, who may switch its devices. */
  invite(email: string, residenceId: number): void;
  uninvite(email: string, residenceId: number): void;
  /** Later logins need a code (406 without, 408 with a wrong one); `undefined` switches it off. */
  setTwoFactorCode(email: string, code: string | undefined): void;
  /**
   * Ends sessions: of one account, or of all. Their tokens are answered with `status` from then on, 401 by default. Open sockets stay as they are: what the real cloud does
   * to them is not known.
   */
  revokeSessions(email?: string, status?: number): void;
  /** Somebody tries wrong passwords until the account is locked. @returns what unlocks it before its time */
  lock(email: string): () => void;
  /** Injects a failure; the returned function takes it away. */
  inject(fault: Fault): () => void;
  /** Cuts every open socket with this close code; 1006 cuts without a close frame. */
  cutSockets(code?: 1000 | 1006 | 1008): void;
  /** Calls back for every request and frame, after it was answered. Returns a function that stops it. */
  onExchange(listener: (exchange: Exchange) => void): () => void;
  /** Calls back whenever a device's own state or its connection changes. Returns a function that stops it. */
  onDevice(listener: (id: number, state: DeviceState) => void): () => void;
  /**
   * Counts since the start or the last `resetCounts()`: REST requests, TCP connections accepted, logins asked for (whatever the
   * answer), push sockets opened.
   */
  readonly counts: { requests: number; connections: number; logins: number; sockets: number };
  resetCounts(): void;
  close(): Promise<void>;
}

export interface EmulatorOptions {
  readonly clock: Clock;
  /** 0, the default, finds a free port. */
  readonly port?: number;
  /** Milliseconds from a write to the device's own report; 1200 by default. */
  readonly reportDelayMs?: number;
  /** Milliseconds of latency added to every REST answer; 0 by default. */
  readonly latencyMs?: number;
  /** Failed logins until an account is locked, and for how long. 5 and 60 minutes by default. */
  readonly lockAfter?: number;
  readonly lockedForMs?: number;
}

export interface AccountSetup {
  readonly email: string;
  readonly password: string;
  readonly twoFactorCode?: string;
  /** Residences that the account owns; one called "Home" by default. */
  readonly residences?: readonly { readonly name: string }[];
  /** Residences of other accounts to which this one is invited. */
  readonly invitedTo?: readonly number[];
  /** `primaryResidenceId` of the account's own residential account; may name one that it must not read. */
  readonly primaryResidenceId?: number;
}

export interface Account {
  readonly userId: number;
  readonly email: string;
  readonly residentialAccountId: number;
  readonly residenceIds: readonly number[];
}

export type SwitchSetup = Partial<IotSwitch> & {
  readonly device?: Partial<DeviceTraits>;
  /** Fields that the record lacks, such as `canSetLevel`. */
  readonly without?: readonly string[];
};

export interface ActivityAction {
  readonly switchId: number;
  readonly power?: 'ON' | 'OFF';
  readonly brightness?: number;
}

/** A switch's record on the wire. Fields beyond these may be set as well. */
export interface IotSwitch {
  id: number;
  name: string;
  model: string;
  manufacturer: string;
  serial: string;
  mac: string;
  version: string;
  power: 'ON' | 'OFF';
  brightness: number | null;
  minLevel: number;
  maxLevel: number;
  presetLevel: number;
  canSetLevel: boolean | null;
  connected: boolean;
  residenceId: number;
  chgReason: number;
  lastUpdated: string;
  created: string;
  [field: string]: unknown;
}

export interface DeviceTraits {
  /** Same-level quirk: ON together with the stored level latches; the next paddle OFF produces OFF, then ON. */
  sameLevelLatch: boolean;
  /** Whether `brightness` alone while off switches on. Unknown of the real device; false by default. */
  brightnessSwitchesOn: boolean;
  /** Of this device alone. */
  reportDelayMs: number;
}

export interface DeviceState {
  power: 'ON' | 'OFF';
  brightness: number;
  online: boolean;
}

/**
 * Where a fault applies; everywhere and forever if it does not say. `refused` knows no scope: the port does not tell who knocks.
 */
export interface FaultScope {
  /** Only this account's requests, by mail address. A socket belongs to an account from its token frame on. */
  readonly email?: string;
  /** Only paths that match, below `/api` and without the query, e.g. `/IotSwitches/1613723`; of sockets e.g. `/socket/websocket`. */
  readonly path?: RegExp;
  readonly method?: string;
  /** Only so many times; then it is gone. */
  readonly times?: number;
  /** The request takes effect anyway, only its answer is lost or spoilt; false by default. */
  readonly takesEffect?: boolean;
}

export type Fault = FaultScope &
  (
    | { readonly kind: 'html'; readonly status: 200 | 502 | 503 | 504 } // nginx page; 200 with HTML, too
    | { readonly kind: 'server-error' } // 500, LoopBack envelope
    | { readonly kind: 'empty'; readonly status?: 200 | 201 | 204; readonly gzip?: boolean } // no body; `gzip`: the header says that it is gzip
    | { readonly kind: 'garbage'; readonly body: string } // 200 with this JSON text
    | { readonly kind: 'status'; readonly status: number } // this status, LoopBack envelope (429, 403, ...)
    | { readonly kind: 'reset' } // the connection is destroyed before the answer
    | { readonly kind: 'hang' } // no answer at all
    | { readonly kind: 'latency'; readonly ms: number }
    | { readonly kind: 'refused' } // the REST port takes no connections at all
    | { readonly kind: 'unauthorized' } // 401 whatever the token; not for requests that need none
    | { readonly kind: 'session-expired' } // 401 in the other variant: "Invalid Access Token", INVALID_TOKEN
    // sockets
    | { readonly kind: 'socket-upgrade-502' }
    | { readonly kind: 'socket-never-ready' }
    | { readonly kind: 'socket-auth-close'; readonly code: 1008 | 4401 }
    | { readonly kind: 'socket-auth-error' } // a frame with an `error` key
    | { readonly kind: 'socket-duplicate-ready' }
    | { readonly kind: 'socket-trailing-nul' }
    | { readonly kind: 'socket-leading-nul' }
    | { readonly kind: 'socket-bare' } // notifications without `event` and `modelName`
    | { readonly kind: 'socket-half-open' } // no pong, no frames; `times` counts sockets
    | { readonly kind: 'socket-deaf' } // pongs, no notifications; `times` counts sockets
    | { readonly kind: 'socket-lose' } // drops notifications
    | { readonly kind: 'socket-duplicate' }
    | { readonly kind: 'socket-reorder' }
    | { readonly kind: 'socket-burst'; readonly frames: number } // every frame comes with so many without anything of interest
    | { readonly kind: 'socket-lifetime'; readonly ms: number } // sockets are cut at this age
  );

/** One message that passed, for whoever watches. `token`s and passwords are in it: mask before showing. */
export interface Exchange {
  readonly channel: 'rest' | 'socket';
  readonly at: Date;
  /**
   * `path` is below `/api`, with its query. A socket's opening is a GET; of its frames the method is `FRAME`, what the client sent is
   * the request's body, what the cloud sent the response's.
   */
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  /** Status 0: there was no answer. */
  readonly response: { readonly status: number; readonly body?: unknown };
  /** On the socket: true of a frame that went to the client. */
  readonly outbound?: boolean;
  readonly ms: number;
}
