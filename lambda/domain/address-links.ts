import * as v from 'valibot';
import type { Sealer } from '../ports/sealer.ts';
import { moment, sealedContent, text } from './sealed-content.ts';

/**
 * What a link in a mail to an address may do, each sealed in a context of its own:
 * - `confirm`: says that its reader wants messages there. It works for a day.
 * - `unsubscribe`: ends the messages to this address, and does nothing else. It never expires: whoever has an old mail may stop them.
 * - `page`: shows this address, masked, and leads to the sign-in that shows all of them. It never expires and changes nothing by itself.
 */
export type AddressLinkKind = 'confirm' | 'unsubscribe' | 'page';

const DAY_MS = 24 * 3_600_000;
export const CONFIRM_LINK_MS = DAY_MS;

const Content = v.object({
  accountId: text,
  addressId: text,
  expiresAt: v.exactOptional(moment),
});
export type AddressLink = v.InferOutput<typeof Content>;

const sealedAs = (kind: AddressLinkKind) => sealedContent(`notice-address-link ${kind}`, Content);

const PATH: Readonly<Record<AddressLinkKind, string>> = {
  confirm: '/notices/confirm',
  unsubscribe: '/notices/unsubscribe',
  page: '/notices',
};

/** The address of the page that a link of this kind opens. */
export function addressUrl(kind: AddressLinkKind, link: AddressLink, publicUrl: string, sealer: Sealer): string {
  const url = new URL(PATH[kind], publicUrl);
  url.searchParams.set('t', sealedAs(kind).seal(link, sealer));
  return url.href;
}

/** @returns nothing for what is no link of this kind of ours, or of a key that is no longer in the ring */
export const openAddressLink = (kind: AddressLinkKind, token: string, sealer: Sealer): AddressLink | undefined =>
  sealedAs(kind).open(token, sealer);
