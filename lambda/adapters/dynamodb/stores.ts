import type { AccountData } from '../../ports/account-data.ts';
import type { AccountStore } from '../../ports/account-store.ts';
import type { CanaryStore } from '../../ports/canary-store.ts';
import type { ConsentStore } from '../../ports/consent-store.ts';
import type { DeveloperMailStore } from '../../ports/developer-mail-store.ts';
import type { DeviceStore } from '../../ports/device-store.ts';
import type { EnablementStore } from '../../ports/enablement-store.ts';
import type { EvidenceStore } from '../../ports/evidence-store.ts';
import type { GrantStore } from '../../ports/grant-store.ts';
import type { IdempotencyStore } from '../../ports/idempotency-store.ts';
import type { KeySetStore } from '../../ports/key-set-store.ts';
import type { LeaseStore } from '../../ports/leases.ts';
import type { LinkStore } from '../../ports/link-store.ts';
import type { NoticeAddressStore } from '../../ports/notice-addresses.ts';
import type { NoticeStore } from '../../ports/notice-store.ts';
import type { Sealer } from '../../ports/sealer.ts';
import type { Throttle } from '../../ports/throttle.ts';
import { createAccountData } from './account-data.ts';
import { createAccountStore } from './accounts.ts';
import { createCanaryStore } from './canary.ts';
import type { TableOptions } from './client.ts';
import { createConsentStore } from './consents.ts';
import { createDeveloperMailStore } from './developer-mail.ts';
import { createDeviceStore } from './devices.ts';
import { createEnablementStore } from './enablements.ts';
import { createEvidenceStore } from './evidence.ts';
import { createGrantStore } from './grants.ts';
import { createIdempotencyStore } from './idempotency-store.ts';
import { createKeySetStore } from './key-sets.ts';
import { createLeaseStore } from './leases.ts';
import { createLinkStore } from './links.ts';
import { createNoticeAddressStore } from './notice-addresses.ts';
import { createNoticeStore } from './notices.ts';
import { listTogether, readTogether } from './read-together.ts';
import { openTable } from './table.ts';
import { createThrottle } from './throttle.ts';

export interface Stores {
  readonly accounts: AccountStore;
  readonly accountData: AccountData;
  readonly devices: DeviceStore;
  readonly grants: GrantStore;
  readonly links: LinkStore;
  readonly enablements: EnablementStore;
  readonly noticeStore: NoticeStore;
  readonly leases: LeaseStore;
  readonly idempotency: IdempotencyStore;
  readonly throttle: Throttle;
  readonly consents: ConsentStore;
  readonly noticeAddresses: NoticeAddressStore;
  readonly developerMail: DeveloperMailStore;
  readonly evidence: EvidenceStore;
  readonly canary: CanaryStore;
  readonly keySets: KeySetStore;
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
    accounts: createAccountStore(table, sealer),
    accountData: createAccountData(table),
    devices: createDeviceStore(table),
    grants: together ? listTogether(grants) : grants,
    links: createLinkStore(table),
    enablements: createEnablementStore(table),
    noticeStore: createNoticeStore(table),
    leases: createLeaseStore(table),
    idempotency: createIdempotencyStore(table),
    throttle: createThrottle(table),
    consents: createConsentStore(table, sealer),
    noticeAddresses: createNoticeAddressStore(table, sealer),
    developerMail: createDeveloperMailStore(table),
    evidence: createEvidenceStore(table),
    canary: createCanaryStore(table, sealer),
    keySets: createKeySetStore(table, sealer),
  };
}
