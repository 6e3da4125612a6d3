/** The hops from the voice to our function. A directive that came acquits them at its moment. */
import type { Evidence } from './evidence.ts';
import {
  broken,
  type Earlier,
  failure,
  isAfter,
  isRecent,
  type Judge,
  type Judgement,
  later,
  latestDirective,
  ok,
} from './judgement.ts';

const byDirective = (evidence: Evidence, now: Date): Judgement | undefined => {
  const directive = latestDirective(evidence, now);
  return directive && ok(directive, 'directive');
};

/** The person's tap on the tile reached us, and their sentence did not. */
export const voice: Judge = (evidence, _earlier, now) => {
  const { trial } = evidence;
  if (trial?.tap && trial.speech === false) return broken({ code: 'speech-not-heard' });
  if (trial?.speech) return ok(trial, 'person');
  return byDirective(evidence, now);
};

export const alexaLink: Judge = (evidence, earlier, now) =>
  ownSigns(evidence, earlier, now) ?? pageSigns(evidence, now) ?? used(evidence, now);

/** What our own rows and Amazon's answers say of Alexa's half. */
function ownSigns(evidence: Evidence, earlier: Earlier, now: Date): Judgement | undefined {
  const { link } = evidence;
  switch (link?.state) {
    case 'none':
      return isSetUpBroken(earlier) ? undefined : broken({ code: 'not-linked' });
    case 'skill-disabled':
      return broken({ code: 'skill-disabled' }, link.since);
    case 'not-linked':
      return isUsedSince(evidence, link.since, now) ? undefined : broken({ code: 'alexa-not-linked' }, link.since);
    case 'grant-revoked':
      return isUsedSince(evidence, link.since, now) ? undefined : broken({ code: 'alexa-grant-revoked' }, link.since);
    default:
      return undefined;
  }
}

/** What the skill's page in the Alexa app says, as the person reads it there. */
function pageSigns(evidence: Evidence, now: Date): Judgement | undefined {
  const { skillPage } = evidence;
  if (skillPage === undefined || isAfter(lastUse(evidence, now), skillPage)) return undefined;
  if (skillPage.says === 'enable') return broken({ code: 'skill-not-enabled' });
  // Where we have ended the link ourselves, `token-refresh` says so.
  if (skillPage.says === 'link-expired' && !isCutByUs(evidence)) return broken({ code: 'alexa-link-expired' });
  return undefined;
}

const isCutByUs = ({ link, refusedRefresh, refresh }: Evidence): boolean =>
  link?.state === 'ended-by-person' || link?.state === 'ended-for-safety' || isAfter(refusedRefresh, refresh);

const isSetUpBroken = (earlier: Earlier): boolean =>
  (['sign-in-page', 'code-exchange', 'accept-grant'] as const).some((hop) => earlier(hop) === 'broken');

const lastUse = (evidence: Evidence, now: Date) => later(evidence.refresh, latestDirective(evidence, now));
const isUsedSince = (evidence: Evidence, since: string, now: Date): boolean =>
  isAfter(lastUse(evidence, now), { at: since });

function used(evidence: Evidence, now: Date): Judgement | undefined {
  const directive = latestDirective(evidence, now);
  const { refresh } = evidence;
  if (evidence.link !== undefined && evidence.link.state !== 'live') return undefined;
  return isAfter(refresh, directive) && refresh ? ok(refresh, 'refresh') : directive && ok(directive, 'directive');
}

export const tokenRefresh: Judge = (evidence, _earlier, now) =>
  cut(evidence, now) ?? down(evidence) ?? refreshWorks(evidence);

/** We have ended the link, or refused Alexa's refresh. */
function cut(evidence: Evidence, now: Date): Judgement | undefined {
  const { link, refusedRefresh, refresh } = evidence;
  if (link?.state === 'ended-by-person') return broken({ code: 'link-ended', by: 'person' }, link.since);
  if (link?.state === 'ended-for-safety') return broken({ code: 'link-ended', by: 'safety' }, link.since);
  const failed = failure(evidence);
  if (failed?.error === 'LinkEnded' && link?.state !== 'live')
    return link === undefined ? broken({ code: 'link-ended', by: 'unknown' }, failed.at) : undefined;
  const linked = link?.state === 'live' && link.since !== undefined ? { at: link.since } : undefined;
  if (refusedRefresh && isAfter(refusedRefresh, later(refresh, linked))) return refused(refusedRefresh);
  // A refresh is noted once a day, and a good directive once an hour: that nothing was noted since says nothing.
  if (failed?.error === 'BearerExpired' && isAfter(failed, refresh) && isRecent(failed.at, now))
    return broken({ code: 'token-not-refreshed' }, failed.at);
  return undefined;
}

function refused({ at, code: error, reason }: NonNullable<Evidence['refusedRefresh']>): Judgement {
  const code = error === 'invalid_grant' ? 'refresh-refused' : 'refresh-request-refused';
  return broken({ code, error, ...(reason !== undefined && { reason }) }, at);
}

/** We do not answer a refresh. Alexa keeps the link, and tries again. */
function down({ address, link, tokenEndpoint, canary }: Evidence): Judgement | undefined {
  if (address && address.state !== 'ok') {
    // Without a link the next step is the sign-in page, and `sign-in-page` says so.
    if (link !== undefined && link.state !== 'live') return undefined;
    const { state: fault, status, certificateEndsAt } = address;
    const since = fault === 'certificate-ended' ? certificateEndsAt : undefined;
    return broken({ code: 'refresh-address-down', fault, ...(status !== undefined && { status }) }, since);
  }
  if (tokenEndpoint && tokenEndpoint.state !== 'ok') {
    const { state, status } = tokenEndpoint;
    return broken({ code: 'token-endpoint-failing', state, ...(status !== undefined && { status }) });
  }
  // A later probe that works leaves no doubt about an outage, and does not explain a refusal.
  if (canary?.state === 'refused' || (canary?.state === 'no-answer' && !isAfter(tokenEndpoint, canary)))
    return broken({ code: 'canary-failing', state: canary.state }, canary.at);
  return undefined;
}

function refreshWorks({ refresh, tokenEndpoint, canary, address }: Evidence): Judgement | undefined {
  if (address && address.state !== 'ok') return undefined;
  if (tokenEndpoint) return ok(tokenEndpoint, 'probe');
  if (canary) return ok(canary, 'probe');
  return refresh && ok(refresh, 'refresh');
}

/** An hour without a directive is unusual only where many come. */
const MANY_PER_HOUR = 20;

export const delivery: Judge = (evidence, _earlier, now) => {
  const { delivery: permission, traffic } = evidence;
  if (permission && permission.state !== 'ok')
    return broken({ code: 'delivery-broken', state: permission.state, region: permission.region });
  if (permission && traffic && traffic.inRegion === 0 && traffic.usual >= MANY_PER_HOUR) {
    const isEverywhere = traffic.inAll === 0;
    return broken({ code: 'no-directives', ...(!isEverywhere && { region: traffic.region }) });
  }
  return byDirective(evidence, now) ?? (permission && ok(permission, 'probe'));
};
