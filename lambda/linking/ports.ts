import type { AddressBook } from '../domain/address-book.ts';
import type { Diagnostics } from '../domain/diagnosis/gather.ts';
import type { AccountData } from '../ports/account-data.ts';
import type { AccountStore } from '../ports/account-store.ts';
import type { AlexaEnablement, SkillStage } from '../ports/alexa-enablement.ts';
import type { BearerIssuer, BearerOpener } from '../ports/bearer.ts';
import type { Clock } from '../ports/clock.ts';
import type { ConsentClient } from '../ports/consent-client.ts';
import type { ConsentStore } from '../ports/consent-store.ts';
import type { DeviceCloud } from '../ports/device-cloud.ts';
import type { DeviceStore } from '../ports/device-store.ts';
import type { EnablementStore } from '../ports/enablement-store.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { GrantStore } from '../ports/grant-store.ts';
import type { LinkStore } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeStore } from '../ports/notice-store.ts';
import type { Notices } from '../ports/notices.ts';
import type { Sealer } from '../ports/sealer.ts';
import type { LinkingClient } from '../ports/secrets.ts';
import type { Throttle } from '../ports/throttle.ts';
import type { TokenMac } from '../ports/token-mac.ts';
import type { About, Reader } from './reader.ts';

/** What the page at Login with Amazon needs to know. */
export interface AlexaConsentSettings {
  /** `https://www.amazon.com/ap/oa` */
  readonly authorizeUrl: string;
  /** The messaging credentials' client id. */
  readonly clientId: () => Promise<string>;
  readonly stage: SkillStage;
}

/** Everything the linking server needs. */
export interface LinkingPorts {
  readonly links: LinkStore;
  readonly accounts: Pick<AccountStore, 'get' | 'put' | 'replace'>;
  readonly accountData: AccountData;
  readonly cloud: Pick<DeviceCloud, 'signIn' | 'probeSignIn' | 'signOut'>;
  /** The same device cloud, for the page that shows and blinks lamps. */
  readonly lampCloud: Pick<DeviceCloud, 'devices' | 'device' | 'command'>;
  readonly sealer: Sealer;
  readonly bearers: BearerIssuer & BearerOpener;
  readonly tokenMac: TokenMac;
  readonly throttle: Throttle;
  readonly consents: ConsentStore;
  readonly enablements: EnablementStore;
  readonly grants: GrantStore;
  readonly devices: Pick<DeviceStore, 'list'>;
  readonly evidence: Pick<EvidenceStore, 'get'>;
  /** Says what is known of an account. */
  readonly diagnostics: Pick<Diagnostics, 'gather'>;
  readonly consentClient: ConsentClient;
  /** Absent where the skill does not know its own id: then a link is made in the Alexa app only. */
  readonly alexaEnablement?: AlexaEnablement | undefined;
  readonly alexaConsent: AlexaConsentSettings;
  readonly notices: Notices;
  /** Where people want messages. Absent where no sender of mails is configured. */
  readonly addressBook?: AddressBook | undefined;
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
  /** After how many days it usually ends a session, where that is known. */
  readonly sessionDays: number | undefined;
  /** What every page says of the skill. */
  readonly about: About;
  readonly clock: Clock;
  readonly log: Log;
}

/** The same for a page: it has a reader. */
export interface PagePorts extends LinkingPorts {
  readonly reader: Reader;
}
