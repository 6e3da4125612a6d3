/** What is known of Alexa's half of the links to an account: pure rules, one for each sign. */
import type { Link, LinkEnd } from '../ports/link-store.ts';

/**
 * Why Alexa's half of a link is certainly gone.
 * - `skill-disabled`: Amazon sent SkillDisabled, which it sends when a person disables the skill.
 * - `ended-by-person`: a person ended the link here.
 * - `ended-for-safety`: this skill ended the link, because its code or token was shown twice. Alexa gets `invalid_grant`.
 * - `not-linked`: Amazon's Skill Enablement API answered that the skill is not linked.
 * - `grant-revoked`: Login with Amazon answered `invalid_grant` for the link's grant, and Alexa has not refreshed since.
 */
export type LossReason = 'skill-disabled' | 'ended-by-person' | 'ended-for-safety' | 'not-linked' | 'grant-revoked';

export interface Loss {
  readonly reason: LossReason;
  /** ISO 8601: when the sign was seen. */
  readonly since: string;
}

/**
 * What is known of Alexa's half of an account's links.
 * - `used`: in the last 24 hours Alexa has refreshed with every live link, but for those that the same Amazon account has superseded.
 * - `gone`: a certain sign says so of every link that counts.
 * - `unknown`: all else. It proves no loss: a link that nobody uses is not refreshed, and the note of a refresh is best effort.
 */
export type AlexaEvidence =
  | { readonly state: 'used' }
  | ({ readonly state: 'gone' } & Loss)
  | { readonly state: 'unknown' };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * After `invalid_grant` of the grant, this long without a refresh. A person can withdraw only the permission to report, and then Alexa
 * still refreshes when it is used. Shorter than a day, so that the next daily check counts it.
 */
const SILENT_AFTER_REVOCATION_MS = 20 * HOUR_MS;

/** @param links all links of one account */
export function alexaEvidence(links: readonly Link[], now: Date): AlexaEvidence {
  const live = links.filter(({ state, supersededAt }) => state === 'live' && supersededAt === undefined);
  if (live.length === 0) return lastLoss(links, now);
  if (live.every((link) => wasUsed(link, now))) return { state: 'used' };
  const losses = live.filter((link) => !isReplaced(link, links)).map((link) => lossOf(link, now));
  return losses.some((loss) => loss === undefined) ? { state: 'unknown' } : latest(losses);
}

const lastLoss = (links: readonly Link[], now: Date): AlexaEvidence =>
  links.some(({ state }) => state === 'pending')
    ? { state: 'unknown' }
    : latest(links.map((link) => lossOf(link, now)));

function latest(losses: readonly (Loss | undefined)[]): AlexaEvidence {
  const known = losses.filter((loss) => loss !== undefined).sort((one, other) => one.since.localeCompare(other.since));
  const last = known.at(-1);
  return last ? { state: 'gone', ...last } : { state: 'unknown' };
}

/** Whether Alexa has refreshed with a link in the last 24 hours. */
export function wasUsed({ lastUsedAt }: Pick<Link, 'lastUsedAt'>, now: Date): boolean {
  const at = pastMoment(lastUsedAt, now);
  return at !== undefined && now.getTime() - at <= DAY_MS;
}

/** Whether Alexa has refreshed with a link since then, as far as that is noted. @param since ISO 8601 */
export const wasUsedSince = (link: Pick<Link, 'lastUsedAt'>, since: string, now: Date): boolean =>
  (pastMoment(link.lastUsedAt, now) ?? 0) > Date.parse(since);

/** A moment ahead is the mistake of a clock, and proves nothing. */
const pastMoment = (moment: string | undefined, now: Date): number | undefined =>
  moment !== undefined && Date.parse(moment) <= now.getTime() ? Date.parse(moment) : undefined;

/**
 * Whether a person has linked again, so that this link's state no longer matters: a skill event says so, or another live link was made after
 * the last use of this one, as events can get lost.
 */
export function isReplaced(link: Link, links: readonly Link[]): boolean {
  if (link.supersededAt !== undefined) return true;
  const lastUse = Date.parse(link.lastUsedAt ?? link.createdAt);
  return links.some((other) => other.id !== link.id && other.state === 'live' && Date.parse(other.createdAt) > lastUse);
}

/**
 * The certain sign that Alexa's half of a link is gone, if there is one.
 *
 * These signs are not certain, and lead to no loss by themselves: a gateway that answers SKILL_DISABLED (at all three gateways it ends the
 * grant, which raises `grant-revoked`), 401 after a fresh token (back-off `lwa-token-rejected`), SKILL_NEVER_ENABLED for days (back-off
 * `never-enabled`, after 14 days the end of the grant), and silence (`alexa-silence.ts`, a question).
 */
export function lossOf(link: Link, now: Date): Loss | undefined {
  return endLoss(link) ?? statusLoss(link, now) ?? grantLoss(link, now);
}

const LOSS_BY_END: Readonly<Record<Exclude<LinkEnd, 'never-linked'>, LossReason>> = {
  'skill-disabled': 'skill-disabled',
  revoked: 'ended-by-person',
  erased: 'ended-by-person',
  'code-replayed': 'ended-for-safety',
  'token-replayed': 'ended-for-safety',
};

/** Our own row says that the link has ended: Alexa's tokens work no longer. */
function endLoss({ state, endedBecause, endedAt }: Link): Loss | undefined {
  if (state !== 'ended' || endedBecause === undefined || endedAt === undefined) return undefined;
  if (endedBecause === 'never-linked') return undefined; // no Alexa ever had its tokens
  return { reason: LOSS_BY_END[endedBecause], since: endedAt };
}

/** Amazon says that the skill is not linked, and Alexa has not refreshed since. */
function statusLoss(link: Link, now: Date): Loss | undefined {
  const { alexaStatus } = link;
  if (alexaStatus?.status !== 'NOT_LINKED') return undefined;
  const at = pastMoment(alexaStatus.checkedAt, now);
  return at === undefined || wasUsedSince(link, alexaStatus.checkedAt, now)
    ? undefined
    : { reason: 'not-linked', since: alexaStatus.checkedAt };
}

/** Amazon has withdrawn the grant, as it does when it ends a link, and neither a refresh nor Amazon's own status contradicts. */
function grantLoss(link: Link, now: Date): Loss | undefined {
  const { grantRevokedAt, alexaStatus } = link;
  const at = pastMoment(grantRevokedAt, now);
  if (grantRevokedAt === undefined || at === undefined || now.getTime() - at < SILENT_AFTER_REVOCATION_MS)
    return undefined;
  const checkedAt = alexaStatus?.status === 'LINKED' ? pastMoment(alexaStatus.checkedAt, now) : undefined;
  const isContradicted = wasUsedSince(link, grantRevokedAt, now) || (checkedAt !== undefined && checkedAt > at);
  return isContradicted ? undefined : { reason: 'grant-revoked', since: grantRevokedAt };
}

/** These losses are a person's own decision: nobody gets a notice. */
const OWN_DECISIONS: ReadonlySet<LossReason> = new Set(['skill-disabled', 'ended-by-person']);

export interface LostLink {
  readonly link: Link;
  readonly loss: Loss;
}

/** The links of one account whose loss nobody decided, and that nobody has replaced: a person has to link again. */
export const lossesToReport = (links: readonly Link[], now: Date): LostLink[] =>
  links.flatMap((link) => {
    const loss = lossOf(link, now);
    return loss && !OWN_DECISIONS.has(loss.reason) && !isReplaced(link, links) ? [{ link, loss }] : [];
  });
