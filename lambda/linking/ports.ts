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

/** All that the linking server stands on. */
export interface LinkingPorts {
  readonly links: LinkStore;
  readonly accounts: Pick<AccountStore, 'get' | 'put' | 'replace'>;
  readonly cloud: Pick<DeviceCloud, 'signIn'>;
  readonly sealer: Sealer;
  readonly bearers: BearerIssuer & BearerOpener;
  readonly tokenMac: TokenMac;
  readonly throttle: Throttle;
  readonly notices: Notices;
  /** Says what became of the notice that a sign-in link is from. */
  readonly noticeStore: Pick<NoticeStore, 'get' | 'replace'>;
  /** The registered clients. When they cannot be loaded it throws, and nobody is told that a client is wrong. */
  readonly clients: () => Promise<readonly LinkingClient[]>;
  /** The origins at which this server is known, such as `https://link.example.org`; old ones stay for as long as links use them. */
  readonly publicUrls: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}
