/** What the desk's page shows and asks for. The server sends the whole state as one SSE message whenever something changed. */

/** The stations of the chain, in the order of a sentence's way to the lamp and of a change's way back. */
export type Hop =
  | 'account-linking' // our OAuth server, with which Alexa links and refreshes
  | 'alexa' // Alexa's cloud: hears the sentence, sends the directive, keeps its view
  | 'skill' // our skill function
  | 'device-cloud' // the maker's cloud
  | 'plug' // the plug and its lamp
  | 'device-watch' // our function that listens to the device cloud
  | 'queue' // the report queue
  | 'report-worker' // our function that reports
  | 'lwa' // Login with Amazon: tokens for the gateway
  | 'gateway'; // Alexa's event gateway

export interface LampState {
  readonly id: string;
  readonly name: string;
  /** Whose account it is in, where there are several. */
  readonly place?: string;
  readonly dimmable: boolean;
  /** What a person in the room sees. Unknown with a real device cloud until it is read. */
  readonly plug: { readonly power: 'ON' | 'OFF'; readonly level: number; readonly online: boolean };
  /** It is dark whatever power the plug gives. */
  readonly dark?: DarkBecause;
  /** Alexa's own view, from the messages that it got; absent until it discovered the lamp. */
  readonly tile?: {
    readonly name: string;
    readonly power: 'ON' | 'OFF' | undefined;
    readonly brightness: number | undefined;
    readonly connectivity: 'OK' | 'UNREACHABLE' | undefined;
    /** ISO 8601: when Alexa last heard of it, and from which message (Response, StateReport, ChangeReport). */
    readonly sentAt: string | undefined;
    readonly sentBy: string | undefined;
    /** Of the last ChangeReport. */
    readonly cause: string | undefined;
  };
  /** Whether tile and lamp say the same. */
  readonly agree: boolean;
  /** Milliseconds from the last change at the lamp until the tile was right again; absent while they disagree. */
  readonly lastLagMs?: number;
}

/** `own-switch`: the switch on the lamp itself is off. `level-too-low`: its bulb needs more to shine. */
export type DarkBecause = 'own-switch' | 'level-too-low';

export interface Message {
  readonly id: number;
  /** ISO 8601 */
  readonly at: string;
  readonly from: Hop;
  readonly to: Hop;
  /** In a few words: `SetBrightness 30`, `PUT /IotSwitches/1613723`, `ChangeReport`. */
  readonly title: string;
  /** In a few words: `200`, `Response`, `ENDPOINT_UNREACHABLE`. */
  readonly outcome: string;
  readonly ok: boolean;
  readonly ms?: number;
  /** JSON texts, tokens and secrets already masked. */
  readonly sent?: string;
  readonly answered?: string;
  /** What the emulated Alexa found wrong with it. */
  readonly problems?: readonly string[];
}

export interface HopState {
  readonly hop: Hop;
  /** Messages that passed so far: the page lights a hop whenever this grows. */
  readonly passed: number;
  /** What is wrong here, a sentence each; each stays until the same path works again. */
  readonly broken: readonly string[];
}

export interface FaultState {
  readonly id: string;
  /** `Device cloud down (502 with HTML)` */
  readonly label: string;
  /** What one should see then, in one sentence. */
  readonly expect: string;
  readonly on: boolean;
  /** The station that it breaks. Where there are many faults, the page folds them by station. */
  readonly hop?: Hop;
}

/** A control of the desk: something that happens once, when its button is pressed. */
export interface ControlState {
  readonly id: string;
  /** What the button says: `400 days later`. */
  readonly label: string;
  /** What one should see then, in one sentence. */
  readonly expect: string;
  /** The heading that it stands under. */
  readonly group: 'time' | 'account' | 'link' | 'reports';
}

/** What a helper, the person who set the lamp up, would get by mail. */
export interface NoticeShown {
  readonly id: number;
  /** ISO 8601 */
  readonly at: string;
  readonly subject: string;
  readonly text: string;
  /** The page where a person can put it right, if there is one. */
  readonly link?: string;
  /** The page that shows how the lamps are, if there is one. */
  readonly lampsLink?: string;
  /** Whether it says that something works again. */
  readonly allClear?: boolean;
  /** Whether it is about no problem. */
  readonly isNews?: boolean;
}

/** The link between the Amazon account and the account at the device cloud. */
export interface LinkState {
  /** Whether Alexa holds tokens. */
  readonly linked: boolean;
  /** Where `Link the skill` leads: Alexa's own request to our sign-in page. A real browser linking flow; it comes back to the desk. */
  readonly startUrl: string;
  /** The skill's page that shows how the lamps are. */
  readonly lampsUrl: string;
  /** ISO 8601: when it was linked last. */
  readonly since?: string;
  /** How often Alexa has refreshed its access token since, and how many of these were answered with 4xx: none, one hopes. */
  readonly refreshes: number;
  readonly refused: number;
  /** Whether Login with Amazon lets the skill send reports to this Alexa. */
  readonly mayReport: boolean;
  /** What the skill itself knows of Alexa's half, as our table has it; it need not be what `linked` says. */
  readonly evidence?: AlexaEvidenceShown;
  /** The session at the device cloud, as our table has it. */
  readonly session?: {
    readonly state: 'healthy' | 'renewal-failing' | 'renewed' | 'waiting-to-retry' | 'needs-reauth';
    readonly reason?: string;
    /** ISO 8601 */
    readonly endsAt: string;
    /** Whether the person let us keep the password, so that the session can be renewed without them. */
    readonly renewable: boolean;
  };
  /** The account to sign in with on the emulated device cloud, as long as nobody changed it. */
  readonly hint?: { readonly email: string; readonly password: string; readonly code?: string };
}

/** `used`: Alexa has refreshed with the link in the last 24 hours. `gone`: a certain sign says that it has no tokens. */
export interface AlexaEvidenceShown {
  readonly state: 'used' | 'gone' | 'unknown';
  /** Of `gone`: which sign it is (`lambda/domain/alexa-evidence.ts`), and when it was seen (ISO 8601). */
  readonly reason?: string;
  readonly since?: string;
  /** ISO 8601: when Alexa last refreshed its token, noted once a day. */
  readonly lastUsedAt?: string;
  /** What Amazon last answered to the daily question for the status of the link, where a person has consented to that. */
  readonly amazonSays?: { readonly linked: boolean /** ISO 8601 */; readonly at: string };
}

export interface Turn {
  readonly id: number;
  readonly at: string;
  readonly said: string;
  /** What Alexa would say, in our words: `OK.` or `Bedroom lamp isn't responding.` */
  readonly answer: string;
  /** `not-sent`: Alexa did not understand, or knows no such lamp. It sent nothing, so nothing has failed. */
  readonly outcome: 'done' | 'failed' | 'not-sent';
  /** Whose Alexa heard it, where there are several. */
  readonly place?: string;
  readonly ms: number;
}

/** Days that pass at the desk, an hour at a time. */
export interface TimeTravel {
  readonly days: number;
  /** Whole days that have passed. */
  readonly passed: number;
}

/** What `npm run doctor` would say of the first account. */
export interface DoctorShown {
  /** Whether it is looking just now. */
  readonly busy: boolean;
  /** ISO 8601 */
  readonly at?: string;
  readonly answer?: DoctorAnswer;
  /** What is broken, in the order of the chain. */
  readonly broken: readonly DoctorAnswer[];
  /** What it has said before, the newest last, at most 30. */
  readonly before: readonly (DoctorAnswer & { /** ISO 8601 */ readonly at: string })[];
}

export interface DoctorAnswer {
  /** `F8 plug, Wi-Fi`, `Healthy`, `Undecided` */
  readonly hop: string;
  readonly state: 'broken' | 'healthy' | 'undecided';
  readonly says: string;
  readonly who?: string;
  readonly remedy?: string;
}

export interface DeskState {
  /** ISO 8601: the desk's clock, which may run ahead of the machine's; the page counts ages by it. The machine's own if absent. */
  readonly now?: string;
  readonly cloud: 'emulated' | 'my-leviton';
  /** What people call the device cloud. */
  readonly cloudName: string;
  /** Whose sign-in server links accounts, where it is not the skill's own: what the page says beside it. */
  readonly signInServer?: string;
  readonly lamps: readonly LampState[];
  readonly hops: readonly HopState[];
  readonly faults: readonly FaultState[];
  readonly controls: readonly ControlState[];
  readonly link: LinkState;
  /** While days pass. */
  readonly travel?: TimeTravel;
  /** Newest last, at most 30. */
  readonly notices: readonly NoticeShown[];
  /** Newest last, at most 30. */
  readonly turns: readonly Turn[];
  /** Newest last, at most 200. */
  readonly messages: readonly Message[];
  /** Everything the emulated Alexa ever found wrong with a message of ours; empty is what one hopes for. */
  readonly problems: readonly string[];
  /** Absent until it has looked for the first time. */
  readonly doctor?: DoctorShown | undefined;
}

/** What the page can ask for; each is a POST of JSON to `/api/<name>`, answered 204, or 4xx/5xx with `{ "error": sentence }`. */
export interface DeskActions {
  /** Says a sentence to the Alexa of a place; to the first where none is named. */
  say(body: { sentence: string; place?: string | undefined }): Promise<void>;
  /** The button on the plug. `level` is what a person sets by holding the plug's dim keys. */
  press(body: { lamp: string; press: 'toggle' | number }): Promise<void>;
  /** A write of the maker's own app, or of a schedule in the maker's cloud. `level` 0 switches off. */
  move(body: { lamp: string; by: 'app' | 'schedule'; level: number }): Promise<void>;
  /** Pulls the plug from its outlet, or puts it back. */
  unplug(body: { lamp: string; unplugged: boolean }): Promise<void>;
  fault(body: { id: string; on: boolean }): Promise<void>;
  /** Presses the button of a control. Answered when it is done. */
  control(body: { id: string }): Promise<void>;
  /** Lets no further days pass. */
  stop(body: Record<string, never>): Promise<void>;
  /** Has the doctor look. */
  examine(body: Record<string, never>): Promise<void>;
  /** Asks Alexa to look for devices again. */
  discover(body: Record<string, never>): Promise<void>;
}

/** What the console shows and drives. An action that throws is shown with the error's message, so let that be one plain sentence. */
export interface Desk extends DeskActions {
  state(): DeskState;
  /** What the doctor says now, as `infra/doctor/report.ts` has it; nothing where it has no account to look at. */
  doctor(): Promise<object | undefined>;
  /** Calls back whenever the state may have changed, as often as one likes. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
}
