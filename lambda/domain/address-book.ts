import { randomUUID } from 'node:crypto';
import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { NoticeAddress, NoticeAddresses, NoticeAddressStore } from '../ports/notice-addresses.ts';
import type { Sealer } from '../ports/sealer.ts';
import type { Throttle } from '../ports/throttle.ts';
import { DEFAULT_LANGUAGE, TAGS, toLanguage } from '../texts/languages.ts';
import { textsOf } from '../texts/texts.ts';
import { type AddressLink, addressUrl, CONFIRM_LINK_MS } from './address-links.ts';
import { confirmMail } from './address-texts.ts';
import { confirmMailCounters } from './confirm-mail-limits.ts';
import { toMailAddress } from './mail-address.ts';
import {
  type Addresses,
  added,
  askedAgain,
  confirmed,
  confirmMailAsked,
  confirmMailDone,
  failed,
  type MailFailure,
  removed,
  unconfirmed,
  unsubscribed,
  writtenIn,
} from './notice-addresses.ts';

export interface AddressBookPorts {
  readonly noticeAddresses: NoticeAddressStore;
  readonly mailer: Mailer;
  readonly throttle: Throttle;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  /** Who runs the skill. */
  readonly operator?: () => Promise<string | undefined>;
  /** The origin of our pages. Without it no confirming mail can be sent. */
  readonly publicUrl: string | undefined;
}

/** An account, as far as its addresses need it. */
export interface AddressedAccount {
  readonly id: string;
  readonly maskedEmail: string;
}

/** What became of a typed address. */
export type Added = 'added' | 'already-there' | 'full' | 'malformed';
export type Confirmation = 'confirmed' | 'too-old' | 'not-there';
export type ConfirmMailAsked = 'sent' | 'not-sent' | 'too-many' | 'not-there';

/** Where people want messages about their account. Every method: @throws StoreUnavailable */
export interface AddressBook {
  read(accountId: string): Promise<Addresses>;
  /** Adds an address, which gets a confirming mail at once, or from the next maintenance. */
  add(account: AddressedAccount, typed: string, language: string): Promise<Added>;
  remove(accountId: string, id: string): Promise<void>;
  /** A person wants one more confirming mail, also at an address that was unsubscribed or came back. */
  askConfirmMail(accountId: string, id: string): Promise<ConfirmMailAsked>;
  /** Its reader confirms an address, on a page in this language: messages there are in it from now on. */
  confirm(link: AddressLink, language: string): Promise<Confirmation>;
  /** A person wants the messages to an address in another language. */
  writeIn(accountId: string, id: string, language: string): Promise<void>;
  /** Ends the messages to one address. For an address that is not there that is so already. */
  unsubscribe(link: AddressLink): Promise<void>;
  /** @returns whether an address was marked */
  noteFailure(link: AddressLink, failure: MailFailure): Promise<boolean>;
  /** Sends the confirming mails that another function has not sent within its minute, as far as the signal allows. */
  sendUnsent(signal: AbortSignal): Promise<void>;
}

/** The function that adds an address has a minute to send its confirming mail; after that any function may. */
const SENDING_MS = 60_000;
/** What was not taken is tried with the maintenance of another hour. */
const RETRY_MS = 30 * 60_000;

export function createAddressBook(ports: AddressBookPorts): AddressBook {
  const { noticeAddresses, clock, log } = ports;
  const changes = changesOf(ports);
  return {
    read: async (accountId) => (await noticeAddresses.get(accountId))?.addresses ?? [],
    async add(account, typed, language) {
      const email = toMailAddress(typed);
      if (email === undefined) return 'malformed';
      let outcome: Added = 'added';
      const written = await changes(account.id, account.maskedEmail, (addresses) => {
        const next = added(addresses, { id: randomUUID(), email, language }, clock.now());
        outcome = typeof next === 'string' ? next : 'added';
        return typeof next === 'string' ? undefined : next;
      });
      if (!written) return outcome;
      log.info('notice-address-added', { account: account.id });
      await sendConfirmMails(written, ports);
      return 'added';
    },
    async remove(accountId, id) {
      if (await changes(accountId, undefined, (addresses) => removed(addresses, id)))
        log.info('notice-address-removed', { account: accountId });
    },
    askConfirmMail: (accountId, id) => askConfirmMail(accountId, id, ports),
    confirm: (link, language) => confirm(link, language, ports),
    async writeIn(accountId, id, language) {
      if (await changes(accountId, undefined, (addresses) => writtenIn(addresses, id, language)))
        log.info('notice-address-language-changed', { account: accountId, address: id });
    },
    async unsubscribe({ accountId, addressId }) {
      if (await changes(accountId, undefined, (addresses) => unsubscribed(addresses, addressId, clock.now())))
        log.info('notice-address-unsubscribed', { account: accountId, address: addressId });
    },
    async noteFailure({ accountId, addressId }, failure) {
      const next = (addresses: Addresses) => failed(addresses, addressId, failure, clock.now());
      if (!(await changes(accountId, undefined, next))) return false;
      log.warn('notice-address-failed', { account: accountId, address: addressId, kind: failure.kind });
      return true;
    },
    sendUnsent: (signal) => sendUnsent(ports, signal),
  };
}

/** Changes the addresses of an account. @returns the row as written; nothing when the change wants no write */
function changesOf({ noticeAddresses, clock }: AddressBookPorts) {
  return (
    accountId: string,
    maskedEmail: string | undefined,
    change: (addresses: Addresses) => Addresses | undefined,
  ): Promise<NoticeAddresses | undefined> =>
    changeRow<NoticeAddresses | undefined, Omit<NoticeAddresses, 'version'>, NoticeAddresses>({
      read: () => noticeAddresses.get(accountId),
      next: (standing) => {
        const addresses = change(standing?.addresses ?? []);
        const masked = maskedEmail ?? standing?.maskedEmail;
        if (!addresses || masked === undefined) return undefined;
        const isDue = unconfirmed(addresses).length > 0;
        return { accountId, maskedEmail: masked, addresses, ...(isDue && { sendAfter: after(SENDING_MS, clock) }) };
      },
      write: (standing, next) => (standing ? noticeAddresses.replace(standing, next) : noticeAddresses.create(next)),
    });
}

const after = (ms: number, clock: Clock): string => new Date(clock.now().getTime() + ms).toISOString();

async function askConfirmMail(accountId: string, id: string, ports: AddressBookPorts): Promise<ConfirmMailAsked> {
  let outcome: ConfirmMailAsked = 'not-there';
  const written = await changesOf(ports)(accountId, undefined, (addresses) => {
    const next = askedAgain(addresses, id, ports.clock.now()) ?? confirmMailAsked(addresses, id);
    const isPending = addresses.some((address) => address.id === id && address.state === 'pending');
    outcome = !next && isPending ? 'too-many' : 'not-there';
    return next;
  });
  if (!written) return outcome;
  const results = await sendConfirmMails(written, ports);
  return results.get(id) ?? 'not-sent';
}

async function confirm(
  { accountId, addressId, expiresAt }: AddressLink,
  language: string,
  ports: AddressBookPorts,
): Promise<Confirmation> {
  const now = ports.clock.now();
  const standing = (await ports.noticeAddresses.get(accountId))?.addresses.find(({ id }) => id === addressId);
  if (standing?.state === 'confirmed') return 'confirmed';
  if (standing?.state !== 'pending') return 'not-there';
  if (expiresAt === undefined || Date.parse(expiresAt) <= now.getTime()) return 'too-old';
  const written = await changesOf(ports)(accountId, undefined, (addresses) =>
    confirmed(addresses, addressId, language, now),
  );
  if (written) ports.log.info('notice-address-confirmed', { account: accountId, address: addressId });
  return written ? 'confirmed' : 'not-there';
}

type Sent = 'sent' | 'not-sent' | 'too-many';

/** Sends the confirming mails that are due, and notes it. What is not taken stays due. */
async function sendConfirmMails(row: NoticeAddresses, ports: AddressBookPorts): Promise<ReadonlyMap<string, Sent>> {
  const results = new Map<string, Sent>();
  for (const address of unconfirmed(row.addresses)) results.set(address.id, await sendConfirmMail(row, address, ports));
  const { noticeAddresses, clock } = ports;
  await changeRow<NoticeAddresses | undefined, NoticeAddresses, NoticeAddresses>({
    known: row,
    read: () => noticeAddresses.get(row.accountId),
    next: (standing) => {
      if (!standing) return undefined;
      const { sendAfter: _, ...rest } = standing;
      const addresses = [...results].reduce<Addresses>(
        (list, [id, sent]) => (sent === 'not-sent' ? list : (confirmMailDone(list, id, sent === 'sent') ?? list)),
        standing.addresses,
      );
      const isDue = unconfirmed(addresses).length > 0;
      return { ...rest, addresses, ...(isDue && { sendAfter: after(RETRY_MS, clock) }) };
    },
    write: async (standing, next) => standing && (await noticeAddresses.replace(standing, next)),
  });
  return results;
}

async function sendConfirmMail(
  { accountId, maskedEmail }: NoticeAddresses,
  { id: addressId, email, language }: NoticeAddress,
  { mailer, throttle, sealer, clock, log, publicUrl, operator }: AddressBookPorts,
): Promise<Sent> {
  const noted = { account: accountId, address: addressId };
  try {
    if (publicUrl === undefined) throw new Error('PUBLIC_URLS is not set');
    const taken = await throttle.take(confirmMailCounters(accountId, email), clock.now());
    if (!taken.taken) {
      log.warn('confirm-mail-throttled', { ...noted, counter: taken.full });
      return 'too-many';
    }
    const link = { accountId, addressId };
    const url = addressUrl('confirm', { ...link, expiresAt: after(CONFIRM_LINK_MS, clock) }, publicUrl, sealer);
    const unsubscribeUrl = addressUrl('unsubscribe', link, publicUrl, sealer);
    const texts = await textsOf(toLanguage(language) ?? DEFAULT_LANGUAGE);
    const mail = confirmMail(texts, maskedEmail, url, await operator?.());
    await mailer.send({ to: email, language: TAGS[texts.language], ...link, unsubscribeUrl, ...mail });
    log.info('confirm-mail-sent', noted);
    return 'sent';
  } catch (error) {
    log.error('confirm-mail-not-sent', { ...noted, error: asError(error) });
    return 'not-sent';
  }
}

async function sendUnsent(ports: AddressBookPorts, signal: AbortSignal): Promise<void> {
  const { noticeAddresses, clock, log } = ports;
  for (const accountId of await noticeAddresses.unsent(clock.now())) {
    if (signal.aborted) return;
    try {
      const row = await noticeAddresses.get(accountId);
      if (!row?.sendAfter || Date.parse(row.sendAfter) > clock.now().getTime()) continue;
      const mine = await noticeAddresses.replace(row, { ...row, sendAfter: after(SENDING_MS, clock) });
      if (mine) await sendConfirmMails(mine, ports);
    } catch (error) {
      log.error('confirm-mail-not-sent', { account: accountId, error: asError(error) });
    }
  }
}
