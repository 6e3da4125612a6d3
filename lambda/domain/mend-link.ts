import * as v from 'valibot';
import { BearerInvalid, SealingKeyMissing } from '../ports/errors.ts';
import type { NoticeKey, NoticeRecord } from '../ports/notice-store.ts';
import type { Sealer } from '../ports/sealer.ts';

const CONTEXT = 'mend-link';
/** A helper may be away for some days. */
export const MEND_LINK_MS = 7 * 24 * 3_600_000;

/** The causes that a sign-in on the mend page mends. */
export const SESSION_CAUSES = [
  'password-changed',
  'code-needed',
  'locked',
  'credentials-not-kept',
  'session-ends',
] as const;

const Content = v.object({
  homeId: v.pipe(v.string(), v.minLength(1)),
  cause: v.picklist(SESSION_CAUSES),
  mendId: v.pipe(v.string(), v.minLength(1)),
  expiresAt: v.pipe(v.string(), v.isoTimestamp()),
});
export type MendLink = v.InferOutput<typeof Content>;

/** Whether a sign-in on the mend page is the remedy. */
export const isSessionCause = (cause: NoticeKey['cause']): cause is MendLink['cause'] =>
  SESSION_CAUSES.some((one) => one === cause);

/** What the mend link of a notice carries, sealed: which home and which notice it is for, and until when. */
export function sealMendLink({ homeId, cause, mendId }: NoticeRecord, expiresAt: Date, sealer: Sealer): string {
  return sealer.seal(JSON.stringify({ homeId, cause, mendId, expiresAt: expiresAt.toISOString() }), CONTEXT);
}

/** @returns nothing for what is no mend link of ours, or of a key that is no longer in the ring */
export function openMendLink(token: string, sealer: Sealer): MendLink | undefined {
  try {
    const content = v.safeParse(Content, JSON.parse(sealer.open(token, CONTEXT)));
    return content.success ? content.output : undefined;
  } catch (error) {
    if (error instanceof BearerInvalid || error instanceof SealingKeyMissing) return undefined;
    throw error;
  }
}
