import type { AccountStore } from '../ports/account-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceCloud } from '../ports/device-cloud.ts';
import type { LinkStore } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';
import type { Notices } from '../ports/notices.ts';
import type { Throttle } from '../ports/throttle.ts';
import type { SessionMemory } from './session-memory.ts';

/** What it takes to bring a dead session back. */
export interface SessionPorts {
  readonly cloud: DeviceCloud;
  readonly accounts: AccountStore;
  /** A session is not brought back for a link that has ended. */
  readonly links: Pick<LinkStore, 'get'>;
  readonly notices: Notices;
  /** Failed sign-ins of an account are counted here, also those on the pages. */
  readonly throttle: Throttle;
  readonly sessionMemory: SessionMemory;
  readonly clock: Clock;
  readonly log: Log;
}
