import type { Burst } from '../ports/developer-mail-store.ts';
import type { NoticeMessage } from '../ports/notice-sender.ts';
import { moment } from './alexa-texts.ts';

type Text = Pick<NoticeMessage, 'subject' | 'text'>;

/** Takes the place of the messages about many accounts that have one cause at the same time. It has no link of an account. */
export const manyText = ({ cause, kind }: Pick<NoticeMessage, 'cause' | 'kind'>, { since }: Burst): Text => ({
  subject: 'Lamps and Alexa: one cause, many accounts (developer)',
  text: [
    `More than three accounts have had the ${kind} ${cause} since ${moment(since)}.`,
    'For the rest of that hour no further message comes about it. The logs have each account, and the weekly digest the numbers.',
  ].join('\n\n'),
});

/** What the weekly digest counts. */
export interface Counts {
  readonly accounts: number;
  /** Of these the rows were read; fewer than all where there was no time for the others. */
  readonly read: number;
  readonly withoutAddress: number;
  /** Addresses that bounced or complained. */
  readonly failedAddresses: number;
  /** Open notices by cause. */
  readonly open: Readonly<Record<string, number>>;
}

export function digestText({ accounts, read, withoutAddress, failedAddresses, open }: Counts): Text {
  const causes = Object.entries(open).sort(([a], [b]) => a.localeCompare(b));
  const lines = [
    `Accounts: ${accounts}${read < accounts ? `, of which ${read} were counted in time` : ''}.`,
    `Accounts with no confirmed address, so that nobody of them can be told: ${withoutAddress}.`,
    `Addresses that mails came back from, or that called a mail spam: ${failedAddresses}.`,
    causes.length === 0
      ? 'No notice is open.'
      : `Open notices: ${causes.map(([cause, count]) => `${cause} ${count}`).join(', ')}.`,
  ];
  return { subject: 'Lamps and Alexa: weekly digest (developer)', text: lines.join('\n') };
}
