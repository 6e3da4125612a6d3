import type { AccountStore } from '../ports/account-store.ts';
import type { BearerIssuer, BearerOpener } from '../ports/bearer.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceCloud } from '../ports/device-cloud.ts';
import type { LinkStore } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeStore } from '../ports/notice-store.ts';
import type { Notices } from '../ports/notices.ts';
import type { Sealer } from '../ports/sealer.ts';
import type { LinkingClient } from '../ports/secrets.ts';
import type { Throttle } from '../ports/throttle.ts';
import type { TokenMac } from '../ports/token-mac.ts';

/** Everything the linking server needs. */
export interface LinkingPorts {
  readonly links: LinkStore;
  readonly accounts: Pick<AccountStore, 'get' | 'put' | 'replace'>;
  readonly cloud: Pick<DeviceCloud, 'signIn' | 'signOut'>;
  readonly sealer: Sealer;
  readonly bearers: BearerIssuer & BearerOpener;
  readonly tokenMac: TokenMac;
  readonly throttle: Throttle;
  readonly notices: Notices;
  /** The notice that a sign-in link belongs to. */
  readonly noticeStore: Pick<NoticeStore, 'get' | 'replace'>;
  /** The registered clients. Throws when they cannot be loaded; then no client is answered `invalid_client`. */
  readonly clients: () => Promise<readonly LinkingClient[]>;
  /** The same, fetched again unless that was done a moment ago. Absent where they never change. */
  readonly newerClients?: () => Promise<readonly LinkingClient[]>;
  /** The origins of this server, such as `https://link.example.org`. Old ones stay while links use them. */
  readonly publicUrls: readonly string[];
  /** What texts for people call the device cloud. */
  readonly cloudName: string;
  readonly clock: Clock;
  readonly log: Log;
}
