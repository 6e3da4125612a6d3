import * as v from 'valibot';
import { parseJson } from '../basics/json.ts';
import { BearerInvalid, SealingKeyMissing } from '../ports/errors.ts';
import type { NoticeKey, NoticeRecord } from '../ports/notice-store.ts';
import type { Sealer } from '../ports/sealer.ts';

const CONTEXT = 'reauth-link';
/** A helper may be away for some days. */
export const REAUTH_LINK_MS = 7 * 24 * 3_600_000;

/** The causes that a sign-in on the sign-in-again page resolves. */
export const SESSION_CAUSES = [
  'password-changed',
  'code-needed',
  'locked',
  'credentials-not-kept',
  'two-step-account',
  'session-ends',
] as const;

const Content = v.object({
  accountId: v.pipe(v.string(), v.minLength(1)),
  cause: v.picklist(SESSION_CAUSES),
  reauthId: v.pipe(v.string(), v.minLength(1)),
  expiresAt: v.pipe(v.string(), v.isoTimestamp()),
});
export type ReauthLink = v.InferOutput<typeof Content>;

/** Whether a sign-in on the sign-in-again page is the remedy. */
export const isSessionCause = (cause: NoticeKey['cause']): cause is ReauthLink['cause'] =>
  SESSION_CAUSES.some((one) => one === cause);

/** What the sign-in link of a notice carries, sealed: which account and which notice it is for, and until when. */
export function sealReauthLink({ accountId, cause, reauthId }: NoticeRecord, expiresAt: Date, sealer: Sealer): string {
  return sealer.seal(JSON.stringify({ accountId, cause, reauthId, expiresAt: expiresAt.toISOString() }), CONTEXT);
}

/** @returns nothing for what is no sign-in link of ours, or of a key that is no longer in the ring */
export function openReauthLink(token: string, sealer: Sealer): ReauthLink | undefined {
  try {
    const content = v.safeParse(Content, parseJson(sealer.open(token, CONTEXT)));
    return content.success ? content.output : undefined;
  } catch (error) {
    if (error instanceof BearerInvalid || error instanceof SealingKeyMissing) return undefined;
    throw error;
  }
}
