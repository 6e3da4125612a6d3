import { MOST_ADDRESSES, type NoticeAddress, type NoticeAddressState } from '../ports/notice-addresses.ts';
import { sameMailAddress } from './mail-address.ts';

// Each way from one state of an address to another. All are functions of values; `undefined` says that nothing changes.

export type Addresses = readonly NoticeAddress[];

/** Confirming mails to an address that nobody confirms; whoever wants a fourth removes the address and adds it. */
export const MOST_CONFIRM_MAILS = 3;

/** Why an address was not added. */
export type NotAdded = 'full' | 'already-there';

/**
 * A person typed an address. One that is there and gets no messages is asked to confirm, as if it were new; its id stays, so that the
 * links in old mails still work.
 */
export function added(
  addresses: Addresses,
  { id, email, language }: Pick<NoticeAddress, 'id' | 'email' | 'language'>,
  now: Date,
): Addresses | NotAdded {
  const standing = addresses.find((one) => sameMailAddress(one.email, email));
  if (standing) return askedAgain(addresses, standing.id, now) ?? 'already-there';
  if (addresses.length >= MOST_ADDRESSES) return 'full';
  return [...addresses, { id, email, language, state: 'pending', since: now.toISOString(), ...ASKED }];
}

const ASKED = { confirmMails: 0, confirmMailDue: true } as const;

/** A person wants messages again at an address that gets none. Nobody writes to an address whose reader called our mail spam. */
export function askedAgain(addresses: Addresses, id: string, now: Date): Addresses | undefined {
  return changed(addresses, id, (address) => {
    if (address.state !== 'unsubscribed' && address.state !== 'bounced') return undefined;
    return { ...become(address, 'pending', now), ...ASKED };
  });
}

/** A person wants a further confirming mail to an address that nobody has confirmed. */
export const confirmMailAsked = (addresses: Addresses, id: string): Addresses | undefined =>
  changed(addresses, id, (address) => (mayConfirm(address) ? { ...address, confirmMailDue: true } : undefined));

/** Whether one more confirming mail may go to it. */
export const mayConfirm = ({ state, confirmMails }: NoticeAddress): boolean =>
  state === 'pending' && confirmMails < MOST_CONFIRM_MAILS;

/** Those that a confirming mail is to be sent to. */
export const unconfirmed = (addresses: Addresses): Addresses =>
  addresses.filter((address) => address.confirmMailDue && mayConfirm(address));

/** A confirming mail was sent, or is not sent today because too many were. */
export const confirmMailDone = (addresses: Addresses, id: string, sent: boolean): Addresses | undefined =>
  changed(addresses, id, ({ confirmMailDue: due, ...address }) =>
    due ? { ...address, confirmMails: address.confirmMails + (sent ? 1 : 0) } : undefined,
  );

/** Whoever reads the address pressed the button of the confirming mail, on a page in this language. */
export const confirmed = (addresses: Addresses, id: string, language: string, now: Date): Addresses | undefined =>
  changed(addresses, id, (address) =>
    address.state === 'pending' ? { ...become(address, 'confirmed', now), language } : undefined,
  );

/** A person wants the messages to an address in another language. */
export const writtenIn = (addresses: Addresses, id: string, language: string): Addresses | undefined =>
  changed(addresses, id, (address) => (address.language === language ? undefined : { ...address, language }));

/** Whoever reads the address wants no more messages. That ends a wait for a confirmation, too. */
export const unsubscribed = (addresses: Addresses, id: string, now: Date): Addresses | undefined =>
  changed(addresses, id, (address) =>
    address.state === 'pending' || address.state === 'confirmed' ? become(address, 'unsubscribed', now) : undefined,
  );

/** What Amazon says of a mail that we sent. */
export interface MailFailure {
  readonly kind: 'bounced' | 'complained';
  /** The recipient that it is about. */
  readonly email: string;
  /** When the mail was sent. */
  readonly sentAt: Date;
}

/**
 * A mail came back, or its reader called it spam. A mail from before the address was last asked or confirmed says nothing of today. A
 * complaint ends everything but itself.
 */
export const failed = (addresses: Addresses, id: string, failure: MailFailure, now: Date): Addresses | undefined =>
  changed(addresses, id, (address) => {
    const { state, since, email } = address;
    if (!sameMailAddress(email, failure.email) || state === failure.kind || state === 'complained') return undefined;
    const isOld = failure.sentAt.getTime() < Date.parse(since) - CLOCKS_APART_MS;
    if (failure.kind === 'bounced' && (isOld || state === 'unsubscribed')) return undefined;
    return become(address, failure.kind, now);
  });

/** Our clock and Amazon's may differ by so much. */
const CLOCKS_APART_MS = 60_000;

export const removed = (addresses: Addresses, id: string): Addresses | undefined =>
  addresses.some((address) => address.id === id) ? addresses.filter((address) => address.id !== id) : undefined;

/** Those that messages go to. */
export const reachable = (addresses: Addresses): Addresses => addresses.filter(({ state }) => state === 'confirmed');

const become = (
  { confirmMailDue: _, ...address }: NoticeAddress,
  state: NoticeAddressState,
  now: Date,
): NoticeAddress => ({
  ...address,
  state,
  since: now.toISOString(),
});

function changed(
  addresses: Addresses,
  id: string,
  change: (address: NoticeAddress) => NoticeAddress | undefined,
): Addresses | undefined {
  const standing = addresses.find((address) => address.id === id);
  const next = standing && change(standing);
  return next && addresses.map((address) => (address === standing ? next : address));
}
