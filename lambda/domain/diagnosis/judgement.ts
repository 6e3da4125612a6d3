import type { Addressee, Cause } from './causes.ts';
import type { Evidence, Seen } from './evidence.ts';
import type { Hop } from './hops.ts';

/** What shows that a hop works. */
export type Proof =
  /** A directive of the account has come through. */
  | 'directive'
  /** Alexa has refreshed its access token. */
  | 'refresh'
  /** It was tried just now. */
  | 'probe'
  /** What is stored says so. */
  | 'rows'
  /** The person has seen it. */
  | 'person';

export type Judgement =
  | { readonly state: 'ok' /** ISO 8601 */; readonly at: string; readonly proof: Proof }
  | {
      readonly state: 'broken';
      readonly cause: Cause;
      /** ISO 8601: since when, as far as that is known. */
      readonly since?: string;
      /** Where these are not as with the cause in general. */
      readonly darkens?: boolean;
      readonly who?: Addressee;
    };

/** The verdicts of the hops before. A hop whose evidence goes through a broken one is not known. */
export type Earlier = (hop: Hop) => 'ok' | 'broken' | 'unknown';
/** @returns nothing where the evidence does not suffice */
export type Judge = (evidence: Evidence, earlier: Earlier, now: Date) => Judgement | undefined;

export const ok = (seen: Seen, proof: Proof): Judgement => ({ state: 'ok', at: seen.at, proof });

export const broken = (cause: Cause, since?: string, darkens?: boolean): Judgement => ({
  state: 'broken',
  cause,
  ...(since !== undefined && { since }),
  ...(darkens !== undefined && { darkens }),
});

/** What a directive met once, and what passes by itself, says for this long that it is still so. */
const PASSING_MS = 15 * 60_000;

export const isRecent = (at: string, now: Date): boolean => now.getTime() - Date.parse(at) <= PASSING_MS;

export const isAfter = (one: Seen | undefined, other: Seen | undefined): boolean =>
  one !== undefined && (other === undefined || Date.parse(one.at) > Date.parse(other.at));

export const later = <One extends Seen>(...seen: readonly (One | undefined)[]): One | undefined =>
  seen.reduce((latest, one) => (isAfter(one, latest) ? one : latest), undefined);

/** The latest directive of the account that has reached a function. It acquits everything from the voice to the delivery at that moment. */
export const latestDirective = (
  { goodDirective, failedDirective, badAnswer, ...others }: Evidence,
  now: Date,
): Seen | undefined => later<Seen>(goodDirective, failedDirective, badAnswer, acceptedGrant(others, now));

const DAY_MS = 86_400_000;

/** AcceptGrant is a directive. It comes with the link, and its own moment is not kept. */
function acceptedGrant({ link, acceptGrant }: Evidence, now: Date): Seen | undefined {
  if (acceptGrant?.state !== 'stored' || link?.state !== 'live' || link.since === undefined) return undefined;
  const ageMs = now.getTime() - Date.parse(link.since);
  return ageMs >= 0 && ageMs <= DAY_MS ? { at: link.since } : undefined;
}

/** The latest directive, if it failed. */
export const failure = ({ goodDirective, failedDirective }: Evidence): Evidence['failedDirective'] =>
  isAfter(failedDirective, goodDirective) ? failedDirective : undefined;
