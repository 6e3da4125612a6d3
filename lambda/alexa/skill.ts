import type { DirectiveMemory } from '../domain/directive-memory.ts';
import type { RefusedTokens } from '../domain/refused-tokens.ts';
import type { SessionPorts } from '../domain/session-ports.ts';
import type { Bearer, BearerOpener } from '../ports/bearer.ts';
import type { Device, DeviceList } from '../ports/device-cloud.ts';
import type { DeviceStore } from '../ports/device-store.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { AlexaRegion, GrantStore } from '../ports/grant-store.ts';
import type { ReportQueue } from '../ports/report-queue.ts';
import type { TokenClient } from '../ports/token-client.ts';
import type { Settings } from './interfaces/interface.ts';
import type { Directive } from './messages.ts';

/** What the skill function needs of the world. */
export interface SkillPorts extends SessionPorts {
  readonly bearers: BearerOpener;
  readonly devices: DeviceStore;
  readonly evidence: EvidenceStore;
  readonly directiveMemory: DirectiveMemory;
  readonly refusedTokens: RefusedTokens;
  readonly grants: GrantStore;
  readonly tokens: TokenClient;
  readonly queue: ReportQueue;
  /** Notes an account that nobody signed in to here, so that it is read without Alexa; absent where a sign-in is what makes an account. */
  readonly noteAccount?: ((bearer: Bearer) => Promise<void>) | undefined;
  /** Only where Alexa brings tokens of a maker's own authorization server, which the device cloud takes or refuses. Its methods never throw. */
  readonly passthrough?: TokenNotices | undefined;
  /** Where this function runs, and so where a grant's events must go. */
  readonly region: AlexaRegion;
  readonly settings: Settings;
  /** Keeps the devices of an account as they have just been read, in answer to a Discover of this link. */
  noteDevices(accountId: string, list: DeviceList, linkId: string): Promise<NotedDevices>;
}

/** What becomes of tokens at the device cloud. */
export interface TokenNotices {
  tokenRefused(accountId: string): Promise<void>;
  /**
   * A directive was answered well. No table is asked but after a refusal that this function has met, and where one is asked anyway.
   * @param usesTable the directive is noted in the table, or has used it
   */
  tokenTaken(accountId: string, usesTable: boolean): Promise<void>;
}

/** What Discover answers with. */
export interface NotedDevices {
  /** The listed devices, by the names that Alexa can take. */
  readonly devices: readonly Device[];
  /** Devices that the list lacks although they may not be gone. */
  readonly absent: readonly { readonly device: Device }[];
}

/** One directive on its way through the dispatcher. */
export interface Input {
  readonly directive: Directive;
  readonly ports: SkillPorts;
  /** Aborts when Alexa no longer waits. */
  readonly signal: AbortSignal;
  /** Set once the bearer token was opened: for the log. */
  account?: string;
  /** The field that Alexa would refuse, where Discover has left out an endpoint for it. */
  leftOut?: string;
}
