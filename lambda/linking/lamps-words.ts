import type { Cause, CauseCode } from '../domain/diagnosis/causes.ts';
import type { Conviction, Diagnosis } from '../domain/diagnosis/diagnose.ts';
import { plainName } from '../domain/plain-name.ts';
import type { LampTexts } from '../texts/en/lamps.ts';
import { TAGS } from '../texts/languages.ts';
import type { Texts } from '../texts/texts.ts';

/** What every text of the page may name. */
export interface LampsContext {
  readonly texts: Texts;
  readonly cloud: string;
  readonly skill: string;
  /** Others may read it than those who have signed in: nothing in it tells what people at home do. */
  readonly isShared?: boolean;
  /** What a lamp is called where its own name must not stand. */
  readonly aliasOf?: (name: string) => string;
}

type Remedy = keyof LampTexts['remedies'];

/** The remedy of a cause that a person or a helper can end. */
const REMEDIES: Partial<Record<CauseCode, Remedy>> = {
  'grant-not-answered': 'linkAgain',
  'grant-refused': 'linkAgain',
  'device-held-back': 'name',
  'speech-not-heard': 'speech',
  'not-linked': 'linkAgain',
  'skill-disabled': 'enable',
  'skill-not-enabled': 'enable',
  'alexa-not-linked': 'linkAgain',
  'alexa-grant-revoked': 'linkAgain',
  'alexa-link-expired': 'linkAgain',
  'link-ended': 'linkAgain',
  'refresh-refused': 'linkAgain',
  'account-missing': 'signInOnce',
  'needs-sign-in': 'signIn',
  'lamp-not-listed': 'listed',
  'plug-offline': 'plug',
  'plug-without-power': 'power',
  'plug-without-wifi': 'wifi',
  'plugs-offline': 'plugs',
  'home-internet-down': 'internet',
  'home-wifi-changed': 'newWifi',
  'plug-not-following': 'follow',
  'lamp-dark': 'bulb',
  'level-too-low': 'level',
  'button-not-noticed': 'report',
  'event-grant-revoked': 'renewPermission',
  'event-account-unknown': 'linkAgain',
  'tile-stale': 'tile',
};

/**
 * A name from the maker's app, for a sentence. One of signs alone, such as an emoji, stays as it is: it says which lamp is meant, and nothing
 * else can be written with it.
 */
export const nameIn = (name: string, { texts, aliasOf }: LampsContext): string =>
  aliasOf?.(name) ?? (SIGNS.test(name.trim()) ? name.trim() : plainName(name, texts.notices.unreadableName));

const SIGNS = /^(?:\p{P}|\p{S}|\uFE0F){1,12}$/u;

/** `40%`, as the language writes it. @param level 0..100 */
export const percent = (level: number, { texts }: LampsContext): string =>
  new Intl.NumberFormat(TAGS[texts.language], { style: 'percent' }).format(Math.round(level) / 100);

/** What does not work, in one sentence or two. */
export function causeText(cause: Cause, context: LampsContext): string {
  const { causes } = context.texts.lamps;
  const { cloud } = context;
  switch (cause.code) {
    case 'link-ended':
      return causes['link-ended'][cause.by];
    case 'needs-sign-in':
      return causes['needs-sign-in'][cause.reason]({ cloud });
    case 'plug-offline':
      return withOthers(causes['plug-offline']({ name: nameIn(cause.name, context), cloud }), cause.connected, context);
    case 'plugs-offline':
      return withOthers(causes['plugs-offline']({ count: cause.plugs, cloud }), cause.connected, context);
    case 'home-internet-down':
      return causes['home-internet-down']({ count: cause.plugs });
    case 'plug-without-power':
    case 'plug-without-wifi':
    case 'device-held-back':
      return causes[cause.code]({ name: nameIn(cause.name, context) });
    case 'lamp-dark':
    case 'level-too-low':
      return causes[cause.code]({ level: percent(cause.level, context) });
    default:
      return causes[cause.code]({ cloud });
  }
}

const withOthers = (text: string, connected: number, { texts }: LampsContext): string =>
  connected > 0 ? `${text} ${texts.lamps.causes.othersConnected({ count: connected })}` : text;

/** Where one cause has two remedies. */
function specialRemedy(cause: Cause): 'locked' | 'discover' | undefined {
  if (cause.code === 'needs-sign-in' && cause.reason === 'locked') return 'locked';
  return cause.code === 'device-held-back' && cause.reason === 'not-announced' ? 'discover' : undefined;
}

const remedyFor = (cause: Cause): Remedy => specialRemedy(cause) ?? REMEDIES[cause.code] ?? 'signInOnce';

const isSignIn = ({ cause, who }: Pick<Conviction, 'cause' | 'who'>): boolean =>
  who !== 'developer' && who !== 'nobody' && ['signIn', 'signInOnce', 'locked'].includes(remedyFor(cause));

/** What can be done about a cause, by whoever can end it. */
export function remedyText({ cause, who }: Pick<Conviction, 'cause' | 'who'>, context: LampsContext): string {
  const { remedies, remedyOf } = context.texts.lamps;
  if (who === 'developer' || who === 'nobody') return remedyOf[who];
  const remedy = remedies[remedyFor(cause)];
  return typeof remedy === 'string' ? remedy : remedy({ cloud: context.cloud, skill: context.skill });
}

export interface Verdict {
  readonly kind: 'broken' | 'healthy' | 'undecided';
  readonly title: string;
  readonly what: string;
  /** ISO 8601 */
  readonly since?: string;
  /** Whom the remedy is for; absent where nothing was found. */
  readonly who?: string;
  readonly remedy: string;
  /** The remedy is a sign-in on this page. */
  readonly asksForSignIn?: true;
}

/** The one sentence and the one remedy. */
export function verdictOf(diagnosis: Diagnosis, context: LampsContext): Verdict {
  const { verdict, found, foundRemedy, who } = context.texts.lamps;
  if (diagnosis.hop === 'healthy')
    return { kind: 'healthy', title: verdict.healthy, what: found.healthy, remedy: foundRemedy.healthy };
  if (diagnosis.hop === 'undecided') {
    const { doubt } = diagnosis;
    return { kind: 'undecided', title: verdict.undecided, what: found[doubt], remedy: foundRemedy[doubt] };
  }
  return {
    kind: 'broken',
    // Other lamps may obey, but not the one that Alexa does not know.
    title: diagnosis.darkens || diagnosis.hop === 'discovery' ? verdict.broken : verdict.commandsPass,
    what: causeText(diagnosis.cause, context),
    ...(diagnosis.since !== undefined && { since: diagnosis.since }),
    who: who[diagnosis.who],
    remedy: remedyText(diagnosis, context),
    ...(isSignIn(diagnosis) && { asksForSignIn: true }),
  };
}
