import * as v from 'valibot';
import { parseJson } from '../basics/json.ts';
import { BearerInvalid, SealingKeyMissing } from '../ports/errors.ts';
import type { Sealer } from '../ports/sealer.ts';

const CONTEXT = 'lamps-link';
/** As long as a sign-in link. */
export const LAMPS_LINK_MS = 7 * 24 * 3_600_000;

const Content = v.object({
  accountId: v.pipe(v.string(), v.minLength(1)),
  expiresAt: v.pipe(v.string(), v.isoTimestamp()),
});
export type LampsLink = v.InferOutput<typeof Content>;

/** What the link of a notice to the page of lamps carries, sealed. It shows how the lamps are, and switches nothing. */
export const sealLampsLink = (accountId: string, expiresAt: Date, sealer: Sealer): string =>
  sealer.seal(JSON.stringify({ accountId, expiresAt: expiresAt.toISOString() }), CONTEXT);

/** @returns nothing for what is no such link of ours, or of a key that is no longer in the ring */
export function openLampsLink(token: string, sealer: Sealer): LampsLink | undefined {
  try {
    const content = v.safeParse(Content, parseJson(sealer.open(token, CONTEXT)));
    return content.success ? content.output : undefined;
  } catch (error) {
    if (error instanceof BearerInvalid || error instanceof SealingKeyMissing) return undefined;
    throw error;
  }
}
