import type { Typed } from '../../desk/person.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import type { AccountCounts } from '../../lambda/ports/developer-mail-store.ts';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import type { Secrets } from '../../lambda/ports/secrets.ts';
import type { Subscriber } from '../deploy/aws/subscribers.ts';
import type { MailIdentity } from '../deploy/mail-identity.ts';
import { AWS_REGION } from '../deploy/regions.ts';

/** A system to check, and how to reach its parts. A missing or unreadable part throws an Error with one sentence. */
export interface Target {
  /** What is checked, in words. */
  readonly title: string;
  readonly clock: Clock;
  readonly skillId: string;
  /** Every redirect URI that Alexa may come with. */
  readonly redirectUris: readonly string[];
  readonly lwaTokenUrl: string;
  /** Login with Amazon's consent page. */
  readonly lwaAuthorizeUrl: string;
  /** Whether the skill is about to be submitted. */
  readonly publish: boolean;
  /** Whether the addresses are for the world: HTTPS, at Amazon's. */
  readonly deployed: boolean;
  /** Account linking as Amazon keeps it. */
  accountLinking(): Promise<AccountLinking>;
  /** The secret entry of the stack. */
  secrets(): Promise<Secrets>;
  /** The messaging credentials as Amazon shows them. */
  messaging(): Promise<Pair>;
  manifest(): Promise<Manifest>;
  /** One per AWS region, the home region first. */
  stacks(): Promise<readonly Stack[]>;
  /** How messages reach people; absent on this machine. */
  messages?(): Promise<MessageSettings>;
  /** What AWS has counted; absent on this machine. */
  counted?(): Promise<Counted>;
  /** Has the skill function of a region answer a directive, as Alexa does. */
  invoke(region: AlexaRegion, event: unknown): Promise<unknown>;
  /** An account at the device cloud with which the whole linking flow can be played. */
  readonly account?: Typed;
  /** Sends an AcceptGrant as Alexa does; absent where only Alexa can create grant codes. @throws an Error with one sentence */
  acceptGrant?(region: AlexaRegion, accessToken: string): Promise<void>;
  /** Lets time pass, where that is possible. */
  passTime?(ms: number): void;
  /** In place of the addresses of account linking: what to look at the certificate of, and whom to trust beside the known authorities. */
  readonly certificate?: { readonly url: string; readonly ca: string };
}

export interface Pair {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface AccountLinking extends Pair {
  readonly type: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  /** Where Amazon's consent page may lead back to. */
  readonly redirectUrls: readonly string[];
  /** Whether this secret was sent to Amazon, which never shows it; absent if that was not noted. */
  readonly wasSent?: boolean;
}

/** The part of `skill.json` that matters here. Endpoints are ARNs. */
export interface Manifest {
  readonly locales: readonly string[];
  readonly protocolVersion: string | undefined;
  readonly endpoint: string | undefined;
  readonly regions: Readonly<Partial<Record<AlexaRegion, string>>>;
  readonly permissions: readonly string[];
  readonly subscriptions: readonly string[];
  /** Where skill events go. */
  readonly eventEndpoints: readonly string[];
  /** Of each locale. */
  readonly legalUrls: Readonly<Record<string, { readonly privacy?: string; readonly terms?: string }>>;
  readonly testingInstructions: string;
}

/** The functions by their name in the code. */
export type FunctionName = 'skill' | 'account-linking' | 'device-watch' | 'report-worker' | 'maintenance';

export interface Stack {
  readonly awsRegion: string;
  readonly functions: Readonly<Partial<Record<FunctionName, FunctionSettings>>>;
  /** Permissions to invoke the skill function. */
  readonly permissions: readonly Permission[];
  /** Absent in further regions, as is the queue. */
  readonly table?: TableSettings;
  readonly queue?: QueueSettings;
  /** Absent on this machine, and where AWS does not let us read it. */
  readonly concurrency?: ConcurrencySettings;
}

/** Concurrent executions of the AWS account in the stack's region. */
export interface ConcurrencySettings {
  readonly limit: number;
  /** What no function has reserved; Lambda keeps at least 100 of them unreserved. */
  readonly unreserved: number;
  /** What each of the stack's functions has reserved, where it has. */
  readonly reserved: Readonly<Partial<Record<FunctionName, number>>>;
}

export interface FunctionSettings {
  readonly arn: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Permission {
  readonly principal: string;
  readonly action: string;
  readonly eventSourceToken?: string;
}

export interface TableSettings {
  readonly keys: readonly string[];
  readonly indexes: readonly string[];
  readonly recovery: boolean;
  readonly encryption: boolean;
  readonly ttlAttribute: string | undefined;
  readonly protection: boolean;
}

export interface QueueSettings {
  readonly fifo: boolean;
  readonly visibilitySeconds: number;
  readonly deadLetters: boolean;
}

/** An absent field could not be read. */
export interface Counted {
  /** Of every region. */
  readonly traffic?: readonly Traffic[];
  readonly queue?: {
    /** How long the oldest report has waited. */
    readonly oldestSeconds: number;
    /** How many have failed for good. */
    readonly dead: number;
  };
  /** Of the last day. */
  readonly signIns?: SignIns;
}

export interface SignIns {
  /** Sign-in pages that a browser was shown and after which nothing came. */
  readonly unanswered: number;
  /** Codes that were issued. */
  readonly codes: number;
}

/** Invocations of the skill function of a region. */
export interface Traffic {
  readonly awsRegion: string;
  readonly lastHour: number;
  /** In the same hour of the seven days before: the median. */
  readonly usual: number;
}

/** How messages reach the developer, and people. */
export interface MessageSettings {
  /** Who gets what is published to the notice topic; nothing where the functions have no topic. */
  readonly subscribers: readonly Subscriber[] | undefined;
  /** NOTICE_FROM; empty where notices go to the topic only. */
  readonly from: string;
  readonly sender?: SenderSettings;
  /** What `maintenance` counted last week; absent before. */
  readonly counts?: AccountCounts;
}

/** Amazon SES, as far as the sender of mails needs it. */
export interface SenderSettings {
  readonly awsRegion: string;
  /** In it SES writes to verified addresses only. */
  readonly sandbox: boolean;
  /** Amazon pauses accounts with too many bounces. */
  readonly sendingEnabled: boolean;
  /** The domain or address of NOTICE_FROM. */
  readonly identity: MailIdentity;
  /** The kinds of events of the configuration set that go to a topic; nothing where there is no such set. */
  readonly events: readonly string[] | undefined;
}

/** Which of Alexa's regions a region of AWS serves. */
export const ALEXA_REGION: Readonly<Record<string, AlexaRegion>> = Object.fromEntries(
  Object.entries(AWS_REGION).map(([region, awsRegion]) => [awsRegion, region as AlexaRegion]),
);

/** The addresses that the functions name, the preferred one first; none where they take the address of each request. */
export function ownOrigins(stacks: readonly Stack[]): string[] {
  const named = stacks.flatMap(({ functions }) =>
    Object.values(functions).flatMap(({ environment }) => environment.PUBLIC_URLS?.split(',') ?? []),
  );
  return [...new Set(named.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin))];
}

/** `arn:aws:lambda:REGION:...` */
export const awsRegionOf = (arn: string): string => arn.split(':')[3] ?? '';
