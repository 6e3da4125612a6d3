/** The hops from our function to the device cloud. */
import type { TokenRefusal } from '../../ports/evidence-store.ts';
import type { CauseCode } from './causes.ts';
import type { Evidence } from './evidence.ts';
import {
  broken,
  failure,
  isAfter,
  isRecent,
  type Judge,
  type Judgement,
  later,
  latestDirective,
  ok,
} from './judgement.ts';

const TOKEN_CAUSES = {
  BearerInvalid: 'token-not-ours',
  BearerUnverified: 'token-unverified',
  SealingKeyMissing: 'token-key-missing',
} as const satisfies Record<TokenRefusal, CauseCode>;

const refusalOf = (error: string): TokenRefusal | undefined =>
  error === 'BearerInvalid' || error === 'BearerUnverified' || error === 'SealingKeyMissing' ? error : undefined;

function refused(error: TokenRefusal, since: string, keyId: string | undefined, count?: number): Judgement {
  const counted = count === undefined ? {} : { count };
  return error === 'SealingKeyMissing'
    ? broken({ code: 'token-key-missing', ...counted, ...(keyId !== undefined && { keyId }) }, since)
    : broken({ code: TOKEN_CAUSES[error], ...counted }, since);
}

/** How long a token that was refused may be the latest that Alexa has of a link. */
const TOKEN_MS = 60 * 60_000;

export const tokenCheck: Judge = (evidence, _earlier, now) => {
  const { refusedTokens: counted } = evidence;
  if (counted && now.getTime() - Date.parse(counted.at) <= TOKEN_MS)
    return refused(counted.error, counted.since, counted.keyId, counted.count);
  const failed = failure(evidence);
  const refusal = failed && refusalOf(failed.error);
  if (failed && refusal)
    return isOvertaken(failed, evidence, now) ? undefined : refused(refusal, failed.at, failed.keyId);
  if (failed?.error === 'BearerExpired' || failed?.error === 'LinkEnded') return undefined;
  const directive = latestDirective(evidence, now);
  return directive && ok(directive, 'directive');
};

/** Alexa has another token since then, or what kept us from verifying it has passed. */
function isOvertaken(failed: NonNullable<Evidence['failedDirective']>, evidence: Evidence, now: Date): boolean {
  const { link, refresh } = evidence;
  if (failed.error === 'BearerUnverified' && !isRecent(failed.at, now)) return true;
  const linked = link?.state === 'live' && link.since !== undefined ? { at: link.since } : undefined;
  return failed.error === 'BearerInvalid' && isAfter(later(refresh, linked), failed);
}

export const table: Judge = (evidence, earlier, now) => {
  const { table: probe, account } = evidence;
  if (probe?.state === 'no-answer') return broken({ code: 'table-not-answering' });
  if (account?.state === 'missing') return broken({ code: 'account-missing' });
  // Tokens and rows are sealed with the same keys: where one is gone, one remedy is enough.
  if (account?.state === 'unreadable')
    return earlier('token-check') === 'broken' ? undefined : broken({ code: 'row-unreadable' });
  if (probe) return ok(probe, 'probe');
  const failed = failure(evidence);
  if (failed?.error === 'AccountMissing') return broken({ code: 'account-missing' }, failed.at);
  if (failed && isOfTable(failed) && isRecent(failed.at, now))
    return broken({ code: 'table-not-answering' }, failed.at);
  return undefined;
};

const isOfTable = ({ error, waitingFor }: NonNullable<Evidence['failedDirective']>): boolean =>
  error === 'StoreUnavailable' || (error === 'DeadlineExceeded' && waitingFor === 'table');

export const deviceCloud: Judge = (evidence, _earlier, now) =>
  answerOfCloud(evidence, now) ?? worst(accountAtCloud(evidence), lampAtCloud(evidence)) ?? cloudSays(evidence, now);

/** An account that waits for a sign-in ahead of time still works, and so does not explain a lamp that is not listed. */
const worst = (account: Judgement | undefined, lamp: Judgement | undefined): Judgement | undefined =>
  account?.state === 'broken' && account.darkens === false ? (lamp ?? account) : (account ?? lamp);

/** The device cloud does not serve anybody, or not us. */
function answerOfCloud(evidence: Evidence, now: Date): Judgement | undefined {
  const { cloud } = evidence;
  switch (cloud?.state) {
    case 'too-slow':
      return hasObeyedLate(evidence, now) ? undefined : broken({ code: 'cloud-slow' });
    case 'no-answer':
    case 'server-error':
      return broken({ code: 'cloud-not-answering', ...(cloud.status !== undefined && { status: cloud.status }) });
    case 'unknown-shape':
      return broken({ code: 'cloud-changed', ...(cloud.status !== undefined && { status: cloud.status }) });
    case 'rate-limited':
      return broken({ code: 'cloud-rate-limited' });
    default:
      return undefined;
  }
}

/** It took a command a moment ago, if late: then it answers, and what Alexa hears too late is our answer. */
function hasObeyedLate({ badAnswer, goodDirective, failedDirective }: Evidence, now: Date): boolean {
  if (badAnswer?.verdict !== 'late' || !goodDirective || !isRecent(badAnswer.at, now)) return false;
  return !isAfter(badAnswer, goodDirective) && isAfter(goodDirective, failedDirective);
}

/** The account waits for a sign-in. Where that was found ahead of time, its session still works. */
function accountAtCloud({ account, cloud }: Evidence): Judgement | undefined {
  const sessionWorks = cloud?.state === 'ok';
  if (account?.state === 'needs-reauth') {
    const { reason, since } = account;
    return broken({ code: 'needs-sign-in', reason, sessionWorks }, since, !sessionWorks);
  }
  if (account?.state === 'waiting-to-retry' && !sessionWorks) {
    const { since, retryAt, inconclusiveSignIns: attempts } = account;
    return broken({ code: 'sign-in-waiting', retryAt, attempts }, since);
  }
  return cloud?.state === 'session-rejected' ? broken({ code: 'cloud-session-rejected' }) : undefined;
}

/** The device cloud serves the account, and lists the lamp no longer. */
const lampAtCloud = ({ plugs, cloud, lampId }: Evidence): Judgement | undefined =>
  cloud?.state === 'ok' &&
  plugs?.missingSince !== undefined &&
  lampId !== undefined &&
  plugs.list.every(({ id }) => id !== lampId)
    ? broken({ code: 'lamp-not-listed' }, plugs.missingSince)
    : undefined;

/** Without a probe the latest directive is all that is known. */
function cloudSays(evidence: Evidence, now: Date): Judgement | undefined {
  const { cloud, goodDirective } = evidence;
  if (cloud && cloud.state !== 'too-slow') return ok(cloud, 'probe');
  const failed = failure(evidence);
  if (failed && isOfCloud(failed) && isRecent(failed.at, now))
    return broken({ code: failed.error === 'CloudUnreachable' ? 'cloud-not-answering' : 'cloud-slow' }, failed.at);
  if (!goodDirective || isAfter(failed, goodDirective)) return undefined;
  return ok(goodDirective, 'directive');
}

const isOfCloud = ({ error, waitingFor }: NonNullable<Evidence['failedDirective']>): boolean =>
  error === 'CloudUnreachable' ||
  (error === 'DeadlineExceeded' && (waitingFor === 'device cloud' || waitingFor === 'pause'));
