import { asError } from '../basics/as-error.ts';
import type { AddressedAccount } from '../domain/address-book.ts';
import { withDeadline } from '../domain/deadline.ts';
import { toMailAddress } from '../domain/mail-address.ts';
import type { TypedAddresses } from './address-pages.ts';
import type { LinkingPorts } from './ports.ts';
import type { Parameters } from './request.ts';

type QuestionPorts = Pick<LinkingPorts, 'addressBook' | 'clock' | 'log'>;

/** The page that follows a sign-in does not wait longer than this for the table. */
const READ_MS = 500;
/** Alexa's redirect does not wait longer than this for the table and the sender of mails together. `maintenance` sends what was stored by then. */
const SAVE_MS = 2_000;

/** Whether to ask where to write: mails can be sent, and nobody gets messages or was asked to confirm. Never throws. */
export async function shouldAsk(accountId: string, ports: QuestionPorts): Promise<boolean> {
  if (!ports.addressBook) return false;
  try {
    const addresses = await withDeadline(
      READ_MS,
      ports,
      async (_, { addressBook }) => await addressBook?.read(accountId),
    );
    return !addresses?.some(({ state }) => state === 'confirmed' || state === 'pending');
  } catch (error) {
    ports.log.warn('addresses-not-asked', { account: accountId, error: asError(error) });
    return false;
  }
}

export const typedAddresses = (form: Parameters): TypedAddresses => ({
  own: form.get('own')?.trim() ?? '',
  helper: form.get('helper')?.trim() ?? '',
});

const filled = ({ own, helper }: TypedAddresses): string[] => [own, helper].filter((one) => one !== '');

export const isMalformed = (typed: TypedAddresses): boolean =>
  filled(typed).some((one) => toMailAddress(one) === undefined);

/** Saves the answer. Never throws, and never takes long: whatever becomes of it, the account is linked. */
export async function saveAnswer(
  account: AddressedAccount,
  typed: TypedAddresses,
  language: string,
  ports: QuestionPorts,
): Promise<void> {
  try {
    await withDeadline(SAVE_MS, ports, async (_, { addressBook }) => {
      for (const one of filled(typed)) await addressBook?.add(account, one, language);
    });
  } catch (error) {
    ports.log.warn('addresses-not-saved', { account: account.id, error: asError(error) });
  }
}
