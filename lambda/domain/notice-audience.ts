import type { NoticeAddress } from '../ports/notice-addresses.ts';
import type { NoticeCause } from '../ports/notices.ts';
import { reachable } from './notice-addresses.ts';

/** Who can do something about a cause, or has to know: people of the account, or the developer. */
const AUDIENCE: Readonly<Record<NoticeCause, 'account' | 'developer'>> = {
  'password-changed': 'account',
  'code-needed': 'account',
  locked: 'account',
  'credentials-not-kept': 'account',
  'two-step-account': 'account',
  'session-ends': 'account',
  'grant-revoked': 'account',
  'alexa-let-go': 'account',
  'alexa-silent': 'account',
  'ready-link-used': 'account',
  'messaging-client-refused': 'developer',
  'events-not-permitted': 'developer',
  'wrong-stage': 'account',
  'event-refused': 'developer',
  'plug-offline': 'account',
  'plugs-offline': 'account',
  'devices-missing': 'account',
  'cloud-down': 'account',
  'amazon-down': 'account',
  // Its people are notified of the same outage by sign-in-throttled or cloud-down.
  'sign-in-inconclusive': 'developer',
  'sign-in-throttled': 'account',
  'tokens-refused': 'developer',
};

/** Whether only a developer can do something about it. */
export const isForDevelopers = (cause: NoticeCause): boolean => AUDIENCE[cause] === 'developer';

/** Whether only people of the account get it, where the skill writes to people. */
export const isForAccountAlone = (cause: NoticeCause): boolean => AUDIENCE[cause] === 'account';

/** Where a message goes. */
export interface Recipients {
  /** Each gets a mail of its own. */
  readonly addresses: readonly NoticeAddress[];
  /**
   * What the developer gets: the message; word that nobody was notified, without the message or its link; or nothing. Where the skill cannot
   * write to people, the developer gets every message.
   */
  readonly developer: 'message' | 'nobody-notified' | 'nothing';
}

/**
 * Who gets a message about an account.
 * @param addresses those of this account; nothing where no sender of mails is configured
 */
export function recipientsOf(cause: NoticeCause, addresses: readonly NoticeAddress[] | undefined): Recipients {
  const audience = AUDIENCE[cause];
  if (!addresses || audience === 'developer') return { addresses: [], developer: 'message' };
  const people = reachable(addresses);
  return { addresses: people, developer: people.length > 0 ? 'nothing' : 'nobody-notified' };
}
