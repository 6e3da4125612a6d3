import type { Burst } from '../ports/developer-mail-store.ts';
import type { NoticeMessage } from '../ports/notice-sender.ts';
import { datesOf } from '../texts/dates.ts';
import { DEFAULT_LANGUAGE } from '../texts/languages.ts';
import type { NoticeValues } from '../texts/values.ts';

type Text = Pick<NoticeMessage, 'subject' | 'text'>;

/** Developers read English. */
export const UNREADABLE_NAME = 'with a name that cannot be shown';

const forAccount = ({ account }: NoticeValues): string => (account ? ` for the account ${account}` : '');

/** The causes that nobody of an account hears of, as only a developer can do something about them. */
export const DEVELOPER_CAUSES = {
  'messaging-client-refused': () => ({
    subject: 'Lamps and Alexa: Amazon refuses the messaging credentials (developer)',
    what: "Login with Amazon refuses this skill's Alexa Skill Messaging client id or secret, so no change is reported for any account.",
    remedy:
      'Developer: copy the pair from the Permissions page of the Alexa developer console into the secrets. No grant was deleted because of this.',
    resolved: "Login with Amazon takes the skill's messaging credentials again.",
  }),
  'events-not-permitted': () => ({
    subject: 'Lamps and Alexa: the event gateway refuses all events (developer)',
    what: 'The Alexa event gateway answers that this skill may not send events (INSUFFICIENT_PERMISSION_EXCEPTION), so no change is reported.',
    remedy:
      'Developer: switch on "Send Alexa Events" on the Permissions page of the Alexa developer console. No grant was deleted because of this.',
    resolved: 'The event gateway takes events of this skill again.',
  }),
  'event-refused': (v: NoticeValues) => ({
    subject: 'Lamps and Alexa: the event gateway refused a report (developer)',
    what: `The Alexa event gateway answered that a report is malformed${v.name ? ` (${v.name})` : ''}${forAccount(v)}. The Alexa app may show an old state.`,
    remedy: 'Developer: this is a bug. Look for event-refused in the log of report-worker.',
    resolved: `The event gateway takes reports again${forAccount(v)}.`,
  }),
  'tokens-refused': () => ({
    subject: 'Lamps and Alexa: the device cloud refuses access tokens (developer)',
    what: 'Within an hour the device cloud refused three access tokens of one account that Alexa brought, although this skill could verify them. Those directives failed. No link was ended because of this.',
    remedy:
      'Developer: look at the device cloud for why it refuses them. It may want another audience or scope, lack a key of the authorization server, or have closed the account. The log of skill names the account: directive-failed with SessionRejected.',
    resolved: 'The device cloud takes access tokens again of an account whose tokens it had refused.',
  }),
};
export type DeveloperCause = keyof typeof DEVELOPER_CAUSES;

/** Takes the place of the messages about many accounts that have one cause at the same time. It has no link of an account. */
export const manyText = ({ cause, kind }: Pick<NoticeMessage, 'cause' | 'kind'>, { since }: Burst): Text => ({
  subject: 'Lamps and Alexa: one cause, many accounts (developer)',
  text: [
    `More than three accounts have had the ${kind} ${cause} since ${datesOf(DEFAULT_LANGUAGE).moment(new Date(since))}.`,
    'For the rest of that hour no further message comes about it. The logs have each account, and the weekly digest the numbers.',
  ].join('\n\n'),
});

/** What the weekly digest counts. */
export interface Counts {
  readonly accounts: number;
  /** The accounts whose rows were read: fewer than all where there was no time for the others. */
  readonly read: number;
  readonly withoutAddress: number;
  readonly withoutGrant: number;
  /** Addresses that bounced or complained. */
  readonly failedAddresses: number;
  /** Open notices by cause. */
  readonly open: Readonly<Record<string, number>>;
}

/** Links that were made before the skill was permitted to send events: Amazon sends AcceptGrant for them on request only. */
export const withoutGrantText = ({ withoutGrant }: Pick<Counts, 'withoutGrant'>): Text => ({
  subject: 'Lamps and Alexa: linked accounts that report nothing (developer)',
  text: [
    `Linked accounts that have given no permission to report changes: ${withoutGrant}. The Alexa app may show old states of their lamps. Commands do not need that permission.`,
    'Usually they were linked before "Send Alexa Events" was switched on, on the Permissions page of the Alexa developer console. Developer: switch it on. Then ask Amazon, by Contact Us in that console, to send AcceptGrant for the accounts that were linked before. The weekly digest counts those that are left.',
  ].join('\n\n'),
});

export function digestText({ accounts, read, withoutAddress, withoutGrant, failedAddresses, open }: Counts): Text {
  const causes = Object.entries(open).sort(([a], [b]) => a.localeCompare(b));
  const lines = [
    `Accounts: ${accounts}${read < accounts ? `, of which ${read} were counted in time` : ''}.`,
    `Accounts with no confirmed address, which cannot be notified: ${withoutAddress}.`,
    `Accounts without a permission to report changes to Alexa: ${withoutGrant}.`,
    `Addresses that mails came back from, or that called a mail spam: ${failedAddresses}.`,
    causes.length === 0
      ? 'No notice is open.'
      : `Open notices: ${causes.map(([cause, count]) => `${cause} ${count}`).join(', ')}.`,
  ];
  return { subject: 'Lamps and Alexa: weekly digest (developer)', text: lines.join('\n') };
}
