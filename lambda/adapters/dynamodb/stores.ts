import type { EnablementStore } from '../../ports/enablement-store.ts';
import type { GrantStore } from '../../ports/grant-store.ts';
import type { DeviceStore, HomeStore } from '../../ports/home-store.ts';
import type { LeaseStore } from '../../ports/leases.ts';
import type { LinkStore } from '../../ports/link-store.ts';
import type { NoticeStore } from '../../ports/notice-store.ts';
import type { Sealer } from '../../ports/sealer.ts';
import type { SeenIds } from '../../ports/seen-ids.ts';
import type { Throttle } from '../../ports/throttle.ts';
import { createDeviceStore } from './devices.ts';
import { createEnablementStore } from './enablements.ts';
import { createGrantStore } from './grants.ts';
import { createHomeStore } from './homes.ts';
import { createLeaseStore } from './leases.ts';
import { createLinkStore } from './links.ts';
import { createNoticeStore } from './notices.ts';
import { listTogether, readTogether } from './read-together.ts';
import { createSeenIds } from './seen-ids.ts';
import { openTable, type TableOptions } from './table.ts';
import { createThrottle } from './throttle.ts';

export interface Stores {
  readonly homes: HomeStore;
  readonly devices: DeviceStore;
  readonly grants: GrantStore;
  readonly links: LinkStore;
  readonly enablements: EnablementStore;
  readonly noticeStore: NoticeStore;
  readonly leases: LeaseStore;
  readonly seenIds: SeenIds;
  readonly throttle: Throttle;
}

export interface StoresOptions extends TableOptions {
  /** Whether what is read at the same moment is read in one call, for those who work on many rows at once; needs BatchGetItem. */
  readonly together?: boolean;
}

/** All that is kept in the table, over one client. The one way in, so that a bundle can load the AWS SDK when it is needed. */
export function openStores({ together, ...config }: StoresOptions, sealer: Sealer): Stores {
  const table = together ? readTogether(openTable(config)) : openTable(config);
  const grants = createGrantStore(table, sealer);
  return {
    homes: createHomeStore(table, sealer),
    devices: createDeviceStore(table),
    grants: together ? listTogether(grants) : grants,
    links: createLinkStore(table),
    enablements: createEnablementStore(table),
    noticeStore: createNoticeStore(table),
    leases: createLeaseStore(table),
    seenIds: createSeenIds(table),
    throttle: createThrottle(table),
  };
}
