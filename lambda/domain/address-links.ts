import * as v from 'valibot';
import { parseJson } from '../basics/json.ts';
import { BearerInvalid, SealingKeyMissing } from '../ports/errors.ts';
import type { Sealer } from '../ports/sealer.ts';

/**
 * What a link in a mail to an address may do, each sealed in a context of its own:
 * - `confirm`: says that its reader wants messages there. It works for a day.
 * - `unsubscribe`: ends the messages to this address, and does nothing else. It never expires: whoever has an old mail may stop them.
 * - `page`: shows this address, masked, and leads to the sign-in that shows all of them. It never expires and changes nothing by itself.
 */
export type AddressLinkKind = 'confirm' | 'unsubscribe' | 'page';

const DAY_MS = 24 * 3_600_000;
export const CONFIRM_LINK_MS = DAY_MS;

const text = v.pipe(v.string(), v.minLength(1));
const Content = v.object({
  accountId: text,
  addressId: text,
  expiresAt: v.exactOptional(v.pipe(v.string(), v.isoTimestamp())),
});
export type AddressLink = v.InferOutput<typeof Content>;

const contextOf = (kind: AddressLinkKind): string => `notice-address-link ${kind}`;

const PATH: Readonly<Record<AddressLinkKind, string>> = {
  confirm: '/notices/confirm',
  unsubscribe: '/notices/unsubscribe',
  page: '/notices',
};

/** The address of the page that a link of this kind opens. */
export function addressUrl(kind: AddressLinkKind, link: AddressLink, publicUrl: string, sealer: Sealer): string {
  const url = new URL(PATH[kind], publicUrl);
  url.searchParams.set('t', sealer.seal(JSON.stringify(link), contextOf(kind)));
  return url.href;
}

/** @returns nothing for what is no link of this kind of ours, or of a key that is no longer in the ring */
export function openAddressLink(kind: AddressLinkKind, token: string, sealer: Sealer): AddressLink | undefined {
  try {
    const content = v.safeParse(Content, parseJson(sealer.open(token, contextOf(kind))));
    return content.success ? content.output : undefined;
  } catch (error) {
    if (error instanceof BearerInvalid || error instanceof SealingKeyMissing) return undefined;
    throw error;
  }
}
