import { readMailEvents } from '../adapters/ses/mail-events.ts';
import { noteFailedMails } from '../domain/mail-failures.ts';
import type { compose } from './compose.ts';

/** Takes what SES says of our mails, as SNS hands it over. @throws StoreUnavailable: then Lambda tries the event once more */
export async function takeMailEvent(
  event: unknown,
  { addressBook, log }: Pick<ReturnType<typeof compose>, 'addressBook' | 'log'>,
): Promise<void> {
  const { failures, unreadable } = readMailEvents(event);
  if (unreadable > 0) log.warn('mail-event-unreadable', { messages: unreadable });
  if (addressBook) await noteFailedMails(failures, { addressBook, log });
  else log.warn('mail-event-unreadable', { messages: failures.length, reason: 'NOTICE_FROM is not set' });
}
