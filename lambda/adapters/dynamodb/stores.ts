import type { GrantStore } from '../../ports/grant-store.ts';
import type { DeviceStore, HomeStore } from '../../ports/home-store.ts';
import type { LinkStore } from '../../ports/link-store.ts';
import type { Sealer } from '../../ports/sealer.ts';
import type { Throttle } from '../../ports/throttle.ts';
import { createDeviceStore } from './devices.ts';
import { createGrantStore } from './grants.ts';
import { createHomeStore } from './homes.ts';
import { createLinkStore } from './links.ts';
import { openTable, type TableOptions } from './table.ts';
import { createThrottle } from './throttle.ts';

export interface Stores {
  readonly homes: HomeStore;
  readonly devices: DeviceStore;
  readonly grants: GrantStore;
  readonly links: LinkStore;
  readonly throttle: Throttle;
}

/** All that is kept in the table, over one client. The one way in, so that a bundle can load the AWS SDK when it is needed. */
export function openStores(config: TableOptions, sealer: Sealer): Stores {
  const table = openTable(config);
  return {
    homes: createHomeStore(table, sealer),
    devices: createDeviceStore(table),
    grants: createGrantStore(table, sealer),
    links: createLinkStore(table),
    throttle: createThrottle(table),
  };
}
