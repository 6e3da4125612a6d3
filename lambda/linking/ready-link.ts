import * as v from 'valibot';
import { parseJson } from '../basics/json.ts';
import { AlexaNoticeId } from '../domain/alexa-link.ts';
import { BearerInvalid, SealingKeyMissing } from '../ports/errors.ts';
import type { Sealer } from '../ports/sealer.ts';
import type { Counter } from '../ports/throttle.ts';

const CONTEXT = 'alexa-ready-link';
const DAY_SECONDS = 86_400;
export const READY_LINK_MS = DAY_SECONDS * 1000;

const text = v.pipe(v.string(), v.minLength(1));
const ReadyLink = v.object({
  id: text,
  accountId: text,
  notice: v.exactOptional(AlexaNoticeId),
  expiresAt: v.pipe(v.string(), v.isoTimestamp()),
});
/** A link that lets whoever opens it connect their Alexa with one account, once. Made by a person who has signed in, for somebody elsewhere. */
export type ReadyLink = v.InferOutput<typeof ReadyLink>;

export const sealReadyLink = (link: ReadyLink, sealer: Sealer): string => sealer.seal(JSON.stringify(link), CONTEXT);

/** @returns nothing for what is no ready link of ours, or of a key that is no longer in the ring */
export function openReadyLink(token: string, sealer: Sealer): ReadyLink | undefined {
  try {
    const content = v.safeParse(ReadyLink, parseJson(sealer.open(token, CONTEXT)));
    return content.success ? content.output : undefined;
  } catch (error) {
    if (error instanceof BearerInvalid || error instanceof SealingKeyMissing) return undefined;
    throw error;
  }
}

/** One use. Of two people who come back from Amazon at once, one takes it; an attempt that linked nothing gives it back. */
export const useOfReadyLink = (id: string): Counter => ({
  name: 'ready-link',
  key: `alexa-ready#${id}`,
  labels: [],
  // A consent that began just before the link's end may come back after it.
  anyOf: [{ limits: [{ limit: 1, windowSeconds: 2 * DAY_SECONDS }] }],
});

/** Visits of Amazon's consent page, per account. */
export const consentsOf = (accountId: string): Counter => ({
  name: 'alexa-consents',
  key: `alexa-consents#${accountId}`,
  labels: [],
  anyOf: [{ limits: [{ limit: 5, windowSeconds: 3_600 }] }],
});
