/** The hops from the plug to the Alexa app. None of them keeps a command from the lamp. */
import type { Cause } from './causes.ts';
import type { Evidence, GrantEvidence } from './evidence.ts';
import { broken, type Earlier, type Judge, type Judgement, ok } from './judgement.ts';

/** As the alarm `ReportQueueOld` has it. */
const QUEUE_OLD_SECONDS = 900;

export const plugReport: Judge = ({ button }, earlier) => {
  if (!button || earlier('plug') === 'broken' || earlier('device-cloud') === 'broken') return undefined;
  return button.noticed ? ok(button, 'person') : broken({ code: 'button-not-noticed' });
};

/** Whoever cannot reach the device cloud hears nothing from it: that is no fault of its own. */
export const watch: Judge = ({ watch: seen }, earlier) => {
  if (!seen || earlier('device-cloud') === 'broken' || earlier('table') === 'broken') return undefined;
  return seen.state === 'watched' ? ok(seen, 'rows') : broken({ code: 'watch-silent' }, seen.since);
};

/** What keeps the reports of everybody from their way, or from coming about, explains that they wait. */
const isExplained = ({ eventToken: token, gateway: seen }: Evidence, earlier: Earlier): boolean =>
  (token !== undefined && token.state !== 'ok') ||
  seen?.state === 'no-answer' ||
  earlier('watch') === 'broken' ||
  earlier('device-cloud') === 'broken';

export const comparison: Judge = (evidence, earlier, now) => {
  const { queue, reports } = evidence;
  const stuck = (queue && stuckQueue(queue)) ?? (reports && stuckReports(reports, now));
  if (stuck) return isExplained(evidence, earlier) ? undefined : stuck;
  if (queue) return ok(queue, 'probe');
  return reports?.waiting === 0 ? ok(reports, 'probe') : undefined;
};

const stuckQueue = ({ oldestSeconds, dead }: NonNullable<Evidence['queue']>): Judgement | undefined =>
  dead > 0 || oldestSeconds >= QUEUE_OLD_SECONDS ? broken({ code: 'reports-stuck', oldestSeconds, dead }) : undefined;

function stuckReports({ waiting, since }: NonNullable<Evidence['reports']>, now: Date): Judgement | undefined {
  if (waiting === 0 || since === undefined) return undefined;
  const oldestSeconds = Math.floor((now.getTime() - Date.parse(since)) / 1000);
  if (oldestSeconds < QUEUE_OLD_SECONDS) return undefined;
  return broken({ code: 'reports-stuck', oldestSeconds, dead: 0, waiting }, since);
}

export const eventToken: Judge = ({ eventToken: token, grants }, earlier) => {
  // Alexa's half of the link is gone, and the grant with it.
  if (earlier('alexa-link') === 'broken') return undefined;
  // The grant remembers for a while what Login with Amazon has refused; it may take our client by now.
  const refused =
    token?.state === 'ok' ? undefined : grants?.list.find(({ state }) => state === 'messaging-client-refused');
  if (refused) return broken({ code: 'event-client-refused' }, refused.since);
  switch (token?.state) {
    case 'revoked':
      return broken({ code: 'event-grant-revoked' });
    case 'client-refused':
      return broken({ code: 'event-client-refused' });
    case 'no-answer':
      return broken({ code: 'lwa-not-answering' });
    case 'ok':
      return ok(token, 'probe');
    case undefined:
      return undefined;
  }
};

const GATEWAY_CAUSES: Readonly<Partial<Record<GrantEvidence['state'], Cause>>> = {
  'never-enabled': { code: 'event-account-unknown' },
  'account-not-found': { code: 'event-account-unknown' },
  'lwa-token-rejected': { code: 'event-token-rejected' },
  'events-not-permitted': { code: 'events-not-permitted' },
  'wrong-stage': { code: 'event-wrong-stage' },
  'event-refused': { code: 'event-refused' },
};

export const gateway: Judge = ({ grants, gateway: seen, eventToken: token }, earlier) => {
  if (earlier('alexa-link') === 'broken') return undefined;
  for (const { state, since } of grants?.list ?? []) {
    const cause = GATEWAY_CAUSES[state];
    if (cause) return broken(cause, since);
  }
  if (seen?.state !== 'no-answer') return seen && ok(seen, 'rows');
  const { status, since } = seen;
  // Without a token nobody asks the gateway: what was not answered was Login with Amazon, for all that is known.
  if (since !== undefined && token?.state === 'no-answer') return undefined;
  return broken({ code: 'gateway-not-answering', ...(status !== undefined && { status }) }, since ?? seen.at);
};

/** The gateway has taken the present state, and the tile shows another one. */
export const alexaCopy: Judge = ({ tile, reports }, earlier) => {
  if (!tile) return undefined;
  if (!tile.wrong) return ok(tile, 'person');
  const isOurs = (['plug', 'device-cloud', 'watch', 'comparison', 'event-token', 'gateway'] as const).some(
    (hop) => earlier(hop) === 'broken',
  );
  // What the gateway took last is not how the lamp is now.
  const isWaiting = reports !== undefined && reports.waiting > 0;
  return isOurs || isWaiting || tile.acceptedAt === undefined
    ? undefined
    : broken({ code: 'tile-stale', acceptedAt: tile.acceptedAt });
};
