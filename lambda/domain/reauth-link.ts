import * as v from 'valibot';
import type { NoticeKey } from '../ports/notice-store.ts';
import type { Sealer } from '../ports/sealer.ts';
import { moment, sealedContent, text } from './sealed-content.ts';

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
  accountId: text,
  cause: v.picklist(SESSION_CAUSES),
  reauthId: text,
  expiresAt: moment,
});
export type ReauthLink = v.InferOutput<typeof Content>;
const sealed = sealedContent('reauth-link', Content);

/** Whether a sign-in on the sign-in-again page is the remedy. */
export const isSessionCause = (cause: NoticeKey['cause']): cause is ReauthLink['cause'] =>
  SESSION_CAUSES.some((one) => one === cause);

/** What the sign-in link of a notice carries, sealed: which account and which notice it is for, and until when. */
export function sealReauthLink(notice: Omit<ReauthLink, 'expiresAt'>, expiresAt: Date, sealer: Sealer): string {
  const { accountId, cause, reauthId } = notice;
  return sealed.seal({ accountId, cause, reauthId, expiresAt: expiresAt.toISOString() }, sealer);
}

/** @returns nothing for what is no sign-in link of ours, or of a key that is no longer in the ring */
export const openReauthLink = sealed.open;
