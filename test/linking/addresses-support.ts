import { linkTo, type ReceivedMail } from '../../desk/ses/mails.ts';
import { type EmulatedSes, startSes } from '../../desk/ses/ses.ts';
import { createSealer } from '../../lambda/adapters/aes-gcm/sealer.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createMailer } from '../../lambda/adapters/ses/mailer.ts';
import { type AddressBook, createAddressBook } from '../../lambda/domain/address-book.ts';
import { type AddressLinkKind, addressUrl } from '../../lambda/domain/address-links.ts';
import type { Sealer } from '../../lambda/ports/sealer.ts';
import { type Visited, Visitor } from '../support/visitor.ts';
import { authorizationQuery, EMAIL, KEYS, type LinkingDesk, PASSWORD, startLinkingDesk } from './support.ts';

export const SENDER = 'Lamps <lamps@skill.example.org>';

/** The linking server with a sender of mails. */
export interface AddressDesk {
  readonly desk: LinkingDesk;
  readonly ses: EmulatedSes;
  readonly addressBook: AddressBook;
  readonly sealer: Sealer;
  /** The lines of the log with this event. */
  logged(event: string): Record<string, unknown>[];
  close(): Promise<void>;
}

export async function startAddressDesk(): Promise<AddressDesk> {
  const desk = await startLinkingDesk();
  const ses = await startSes({ clock: desk.clock });
  const sealer = createSealer(KEYS);
  const addressBook = createAddressBook({
    ...desk.stores,
    mailer: createMailer({ from: SENDER, region: 'us-east-1', endpoint: ses.url }),
    sealer,
    clock: desk.clock,
    log: createLog('info', desk.clock, (line) => desk.lines.push(line)),
    publicUrl: desk.url,
  });
  desk.change({ addressBook });
  return {
    ...{ desk, ses, addressBook, sealer },
    logged: (event) =>
      desk.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.event === event),
    async close() {
      await Promise.all([desk, ses].map((one) => one.close()));
    },
  };
}

/** Signs in on the page about addresses, or about connections. */
export const signIn = (
  visitor: Visitor,
  page: Visited,
  typed: Readonly<Record<string, string>> = {},
): Promise<Visited> => visitor.press(page, 'Sign in', { email: EMAIL, password: PASSWORD, ...typed });

/** What a person does and sees at such a desk. @param now the desk and the person of the test that runs */
export function stepsOf(now: () => { readonly at: AddressDesk; readonly visitor: Visitor }) {
  const open = (path: string, by = now().visitor) => by.open(now().at.desk.url + path);
  const accountId = (): string => String(now().at.logged('notice-address-added')[0]?.account);
  const mailTo = (to: string): ReceivedMail => {
    const mail = now().at.ses.mails.findLast((one) => one.to === to);
    if (!mail) throw new Error(`no mail went to ${to}`);
    return mail;
  };
  /** Somebody links the account, and is asked for addresses. */
  const asked = async (by = now().visitor): Promise<Visited> =>
    await by.press(await open(`/authorize?${authorizationQuery()}`, by), 'Sign in and connect', {
      email: EMAIL,
      password: PASSWORD,
    });
  return {
    ...{ open, accountId, mailTo, asked },
    states: async (): Promise<string[]> =>
      (await now().at.addressBook.read(accountId())).map(({ email, state }) => `${email} ${state}`),
    answered: async (own = EMAIL, helper = ''): Promise<Visited> =>
      await now().visitor.press(await asked(), 'Continue', { own, helper }),
    confirmed: async (email: string): Promise<Visited> => {
      const reader = new Visitor();
      const page = await reader.open(linkTo('/notices/confirm', mailTo(email)));
      return await reader.press(page, 'Yes, write to this address');
    },
    /** A link of a kind for the first address of the account. */
    linkOf: async (kind: AddressLinkKind): Promise<string> => {
      const { addressBook, desk, sealer } = now().at;
      const [first] = await addressBook.read(accountId());
      return addressUrl(kind, { accountId: accountId(), addressId: first?.id ?? '' }, desk.url, sealer);
    },
  };
}
