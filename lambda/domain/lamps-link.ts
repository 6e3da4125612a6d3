import * as v from 'valibot';
import type { Sealer } from '../ports/sealer.ts';
import { moment, sealedContent, text } from './sealed-content.ts';

/** As long as a sign-in link. */
export const LAMPS_LINK_MS = 7 * 24 * 3_600_000;

const Content = v.object({
  accountId: text,
  expiresAt: moment,
});
export type LampsLink = v.InferOutput<typeof Content>;
const sealed = sealedContent('lamps-link', Content);

/** What the link of a notice to the page of lamps carries, sealed. It shows how the lamps are, and switches nothing. */
export const sealLampsLink = (accountId: string, expiresAt: Date, sealer: Sealer): string =>
  sealed.seal({ accountId, expiresAt: expiresAt.toISOString() }, sealer);

/** @returns nothing for what is no such link of ours, or of a key that is no longer in the ring */
export const openLampsLink = sealed.open;
