/** The hops of the set-up: they convict only where a link has not come about, or where they keep a person from signing in. */
import type { Evidence } from './evidence.ts';
import { broken, type Judge, latestDirective, ok } from './judgement.ts';

/** AcceptGrant follows the exchange of the code within this time. */
const GRANT_WITHIN_MS = 60_000;

/** A person or two may look at the page and go. */
const MANY_PAGES = 5;

/** Whoever has no link any more needs the sign-in page next, as who never had one. */
const isUnlinked = ({ link }: Evidence): boolean => link !== undefined && link.state !== 'live';

/** For a linked account the address matters first where Alexa refreshes (`token-refresh`). */
export const signInPage: Judge = (evidence) => {
  const { address, signInPage: page, signIns } = evidence;
  if (address && address.state !== 'ok') {
    if (!isUnlinked(evidence)) return undefined;
    const { state: fault, status, certificateEndsAt } = address;
    const since = fault === 'certificate-ended' ? certificateEndsAt : undefined;
    return broken({ code: 'address-not-answering', fault, ...(status !== undefined && { status }) }, since);
  }
  if (page?.state === 'failing') {
    const { status } = page;
    return broken(
      { code: 'sign-in-page-failing', ...(status !== undefined && { status }) },
      undefined,
      isUnlinked(evidence),
    );
  }
  if (signIns && signIns.codes === 0 && signIns.unanswered >= MANY_PAGES)
    return broken({ code: 'sign-ins-unanswered', count: signIns.unanswered }, undefined, isUnlinked(evidence));
  return page && ok(page, 'probe');
};

export const codeExchange: Judge = (evidence) => {
  const { exchange, link } = evidence;
  if (link?.state === 'live') return ok(link.since === undefined ? link : { at: link.since }, 'rows');
  if (!exchange) return undefined;
  const { at } = exchange;
  switch (exchange.state) {
    case 'missing':
      return broken({ code: 'exchange-missing' }, at);
    case 'not-taken':
      return broken({ code: 'link-not-taken' }, at);
    case 'late':
      return broken({ code: 'exchange-late', ms: exchange.ms }, at);
    case 'refused': {
      const { error, reason } = exchange;
      return broken({ code: 'exchange-refused', error, ...(reason !== undefined && { reason }) }, at);
    }
    case 'client-refused': {
      const { theirs, ours } = exchange;
      const ids = { ...(theirs !== undefined && { theirs }), ...(ours !== undefined && { ours }) };
      return broken({ code: 'linking-client-refused', ...ids }, at);
    }
  }
};

/** Without an answer to AcceptGrant Alexa does not finish the link. A directive that came since shows that it has. */
export const acceptGrant: Judge = (evidence, _earlier, now) => {
  const { acceptGrant: grant, link } = evidence;
  if (!grant) return undefined;
  if (grant.state === 'stored') return ok(grant, 'rows');
  const linkedAt = link?.state === 'live' ? link.since : undefined;
  if (grant.state === 'missing') {
    if (linkedAt === undefined || now.getTime() - Date.parse(linkedAt) < GRANT_WITHIN_MS) return undefined;
    return broken({ code: 'grant-missing' }, linkedAt, !hasDirectiveSince(evidence, linkedAt, now));
  }
  const darkens = linkedAt === undefined || !hasDirectiveSince(evidence, linkedAt, now);
  return broken({ code: GRANT_CAUSES[grant.state] }, linkedAt, darkens);
};

const GRANT_CAUSES = {
  'client-refused': 'grant-client-refused',
  'no-answer': 'grant-not-answered',
  refused: 'grant-refused',
} as const;

const hasDirectiveSince = (evidence: Evidence, since: string, now: Date): boolean =>
  Date.parse(latestDirective(evidence, now)?.at ?? '') > Date.parse(since);

export const discovery: Judge = ({ discovery: answer, acceptGrant: grant, plugs, lampId }) => {
  if (!answer) return undefined;
  // Alexa asks for devices once the link is complete.
  const hasAsked = grant === undefined || grant.state === 'stored';
  // A row outlives its device until the next complete list is read.
  const isListed = (one: string) => plugs === undefined || plugs.list.some(({ id }) => id === one);
  const [held] = answer.heldBack
    .filter(({ id, reason }) => (lampId === undefined ? reason === 'unreadable' || isListed(id) : id === lampId))
    .filter(({ reason }) => reason !== 'not-announced' || hasAsked);
  if (!held) return hasAsked ? ok(answer, 'rows') : undefined;
  const { id, name, reason } = held;
  const isAskedAbout = lampId !== undefined;
  if (reason === 'unreadable') return broken({ code: 'device-unreadable', id }, undefined, isAskedAbout);
  const { described } = answer;
  const counts = described === undefined ? {} : { described, listed: described + answer.heldBack.length };
  return broken({ code: 'device-held-back', name, reason, ...counts }, undefined, isAskedAbout);
};
