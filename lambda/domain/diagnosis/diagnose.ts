/** Which hop of the chain is broken: a pure function of what is known. */
import { type Addressee, CAUSES, type Cause } from './causes.ts';
import type { Evidence } from './evidence.ts';
import { type Hint, hintsOf } from './hints.ts';
import { ALL_HOPS, type Hop } from './hops.ts';
import { alexaLink, delivery, tokenRefresh, voice } from './judge-alexa.ts';
import { deviceCloud, table, tokenCheck } from './judge-cloud.ts';
import { answer, lamp, plug } from './judge-lamp.ts';
import { alexaCopy, comparison, eventToken, gateway, plugReport, watch } from './judge-reports.ts';
import { acceptGrant, codeExchange, discovery, signInPage } from './judge-set-up.ts';
import type { Judge, Judgement, Proof } from './judgement.ts';
import { knownAt } from './known.ts';

/** The ladder: one rule for each hop, in the order of the chain. */
const LADDER: Readonly<Record<Hop, Judge>> = {
  'sign-in-page': signInPage,
  'code-exchange': codeExchange,
  'accept-grant': acceptGrant,
  discovery,
  voice,
  'alexa-link': alexaLink,
  'token-refresh': tokenRefresh,
  delivery,
  'token-check': tokenCheck,
  table,
  'device-cloud': deviceCloud,
  plug,
  lamp,
  answer,
  'plug-report': plugReport,
  watch,
  comparison,
  'event-token': eventToken,
  gateway,
  'alexa-copy': alexaCopy,
};

/** `ok`: green; `at` says when it was seen to work, which may be hours ago. `unknown`: grey. `broken`: red. */
export type ChainLink = { readonly hop: Hop } & (
  | { readonly state: 'ok'; readonly at: string; readonly proof: Proof }
  | { readonly state: 'unknown' }
  | (Conviction & { readonly state: 'broken' })
);

export interface Conviction {
  readonly cause: Cause;
  /** ISO 8601: since when, as far as that is known. */
  readonly since?: string;
  readonly who: Addressee;
  /** Whether it keeps a command from the lamp. What only makes tiles stale does not. */
  readonly darkens: boolean;
}

/** A hop that works, or worked when it was last seen. */
export interface Acquittal {
  readonly hop: Hop;
  /** ISO 8601 */
  readonly at: string;
  readonly proof: Proof;
}

/**
 * Why nothing was found.
 * - `link-not-completed`: all that we can try works, and a sign-in for Alexa has just begun.
 * - `alexa-not-heard`: all that we can try works, and it was not noted that Alexa has used its link in the last day.
 * - `looked-often`: the device cloud was not asked, because the account was looked at too often.
 * - `not-enough-known`: something could not be looked at.
 */
export type Doubt = 'link-not-completed' | 'alexa-not-heard' | 'looked-often' | 'not-enough-known';

export type Diagnosis = {
  readonly acquitted: readonly Acquittal[];
  readonly chain: readonly ChainLink[];
  /** What breaks nothing, and may soon. */
  readonly hints: readonly Hint[];
} & (
  | (Conviction & { readonly hop: Hop })
  | { readonly hop: 'undecided'; readonly doubt: Doubt }
  /** Everything that can be seen from here works. What the lamp shows can only be seen by a person. */
  | { readonly hop: 'healthy' }
);

/** The broken hops. */
export const convictions = ({ chain }: Pick<Diagnosis, 'chain'>): readonly (Conviction & { readonly hop: Hop })[] =>
  chain.flatMap((link) => (link.state === 'broken' ? [link] : []));

/**
 * Names the hop that keeps the lamp dark, and else one that is broken in another way.
 *
 * Of several broken hops the one that a command meets first is named; those of the way back from lamp to app never explain a dark lamp, so they
 * come last. An absent piece of evidence convicts nobody and acquits nobody.
 */
export function diagnose(evidence: Evidence, now: Date): Diagnosis {
  const known = knownAt(evidence, now);
  const chain = judgeAll(known, now);
  const acquitted = chain.flatMap((link) =>
    link.state === 'ok' ? [{ hop: link.hop, at: link.at, proof: link.proof }] : [],
  );
  const common = { acquitted, chain, hints: hintsOf(known, now) };
  const found = convictions(common);
  const first = found.find(({ darkens }) => darkens) ?? found[0];
  if (first) {
    const { hop, cause, since, who, darkens } = first;
    return { ...common, hop, cause, ...(since !== undefined && { since }), who, darkens };
  }
  const unknown = new Set(chain.filter(({ state }) => state === 'unknown').map(({ hop }) => hop));
  // The use of the link may be noted in a row that could not be read.
  const isUnread = known.table?.unread === true && ALEXAS.some((hop) => unknown.has(hop));
  if (isUnread || OURS.some((hop) => unknown.has(hop))) {
    const isLimited = known.limited !== undefined && known.cloud === undefined;
    return { ...common, hop: 'undecided', doubt: isLimited ? 'looked-often' : 'not-enough-known' };
  }
  if (ALEXAS.some((hop) => unknown.has(hop)))
    return {
      ...common,
      hop: 'undecided',
      doubt: known.link?.state === 'not-completed' ? 'link-not-completed' : 'alexa-not-heard',
    };
  return { ...common, hop: 'healthy' };
}

/** What can be tried from here, and has to work before anything is called healthy. */
const OURS: readonly Hop[] = ['token-refresh', 'table', 'device-cloud', 'plug'];
/** Alexa refreshes its token when it is used, so a refresh proves the link. A good directive is noted too rarely to ask for one. */
const ALEXAS: readonly Hop[] = ['alexa-link'];

function judgeAll(evidence: Evidence, now: Date): ChainLink[] {
  const judged = new Map<Hop, Judgement | undefined>();
  const earlier = (hop: Hop) => judged.get(hop)?.state ?? 'unknown';
  for (const hop of ALL_HOPS) judged.set(hop, LADDER[hop](evidence, earlier, now));
  return ALL_HOPS.map((hop) => toLink(hop, judged.get(hop), now));
}

function toLink(hop: Hop, judgement: Judgement | undefined, now: Date): ChainLink {
  if (!judgement) return { hop, state: 'unknown' };
  if (judgement.state === 'ok') return { hop, ...judgement };
  const { who, darkens } = CAUSES[judgement.cause.code];
  const { since, ...rest } = judgement;
  // Two clocks differ, or one was set back: nothing has begun in the future.
  const isPast = since !== undefined && Date.parse(since) <= now.getTime();
  return { hop, who, darkens, ...rest, ...(isPast && { since }) };
}
