import * as v from 'valibot';
import { AlexaNoticeId } from '../domain/alexa-link.ts';
import { moment, sealedContent, text } from '../domain/sealed-content.ts';
import type { Counter } from '../ports/throttle.ts';

const DAY_SECONDS = 86_400;
export const READY_LINK_MS = DAY_SECONDS * 1000;

const ReadyLink = v.object({
  id: text,
  accountId: text,
  notice: v.exactOptional(AlexaNoticeId),
  expiresAt: moment,
});
/** A link that lets whoever opens it connect their Alexa with one account, once. Made by a person who has signed in, for somebody elsewhere. */
export type ReadyLink = v.InferOutput<typeof ReadyLink>;

export const { seal: sealReadyLink, open: openReadyLink } = sealedContent('alexa-ready-link', ReadyLink);

/** One use. If two people come back from Amazon at once, one of them takes it; an attempt that linked nothing gives it back. */
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
