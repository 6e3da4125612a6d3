import { asError } from '../basics/as-error.ts';
import type { Log } from '../ports/log.ts';
import type { AddressBook } from './address-book.ts';
import type { MailFailure } from './notice-addresses.ts';

/** A mail that came back, or that its reader called spam, and the address that it went to. */
export type FailedMail = MailFailure & { readonly accountId: string; readonly addressId: string };

/**
 * Marks the addresses of mails that failed, so that nothing more goes there until a person changes them.
 * @throws the first error of the table, once all others were tried: then Lambda tries the whole event once more
 */
export async function noteFailedMails(
  failures: readonly FailedMail[],
  { addressBook, log }: { readonly addressBook: Pick<AddressBook, 'noteFailure'>; readonly log: Log },
): Promise<void> {
  let failed: Error | undefined;
  for (const { accountId, addressId, ...failure } of failures) {
    try {
      if (!(await addressBook.noteFailure({ accountId, addressId }, failure)))
        log.info('mail-event-ignored', { account: accountId, address: addressId, kind: failure.kind });
    } catch (error) {
      failed ??= asError(error);
    }
  }
  if (failed) throw failed;
}
