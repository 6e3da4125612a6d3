import type { AlexaEvidence, LossReason } from '../../lambda/domain/alexa-evidence.ts';
import { withoutSignInPage } from '../../lambda/domain/notice-cause-texts.ts';
import { allClearText, noticeText } from '../../lambda/domain/notice-texts.ts';
import { homePage } from '../../lambda/linking/home-page.ts';
import { linkingWords } from '../../lambda/linking/linking-words.ts';
import type { RefusalKind } from '../../lambda/linking/page-refusal.ts';
import { codePage, type FormOptions, failurePage, refusalPage, signInPage } from '../../lambda/linking/pages.ts';
import { PROBLEMS, type Problem } from '../../lambda/linking/problems.ts';
import type { Reader } from '../../lambda/linking/reader.ts';
import {
  linkSentPage,
  noMoreLinksPage,
  otherUserDonePage,
  type ReauthRefusal,
  reauthDonePage,
  reauthRefusalPage,
  reauthWords,
  signedInPage,
  waitingPage,
} from '../../lambda/linking/reauth-pages.ts';
import type { NoticeRecord } from '../../lambda/ports/notice-store.ts';
import type { Notice, NoticeCause } from '../../lambda/ports/notices.ts';
import { besidesKeys, keysIn, MARKED, reader } from './marked-texts.ts';
import { addressMails, addressPages, question } from './shown-address-pages.ts';
import { alexaPagesIn } from './shown-alexa-pages.ts';
import { connectionPages, connections } from './shown-connection-pages.ts';
import { lampPagesIn } from './shown-lamp-pages.ts';

/** How the chain from Alexa to the lamps really is, as far as anybody knows. */
export interface State {
  /** The session at the device cloud. */
  readonly session: 'good' | 'bad';
  /** Alexa's half of the link. */
  readonly alexa: 'good' | 'gone' | 'unknown';
  /** The permission to report changes. */
  readonly grant: 'good' | 'gone';
}

export const STATES: readonly State[] = (['good', 'bad'] as const).flatMap((session) =>
  (['good', 'gone', 'unknown'] as const).flatMap((alexa) =>
    (['good', 'gone'] as const).map((grant) => ({ session, alexa, grant })),
  ),
);

export interface Shown {
  readonly state: State;
  readonly evidence: AlexaEvidence;
  /** Of the text in the catalogues. */
  readonly key: string;
}

const CLOUD = 'Acme Home';
const MASKED = 'm…y@example.org';
const WORDING = { texts: MARKED, cloudName: CLOUD };
const DAY = '2026-03-21T15:00:00.000Z';
const RETRY_AT = new Date('2026-03-01T14:05:00.000Z');

/** Where a cause of a notice was found, and where it is solved: in every state for which this holds. */
interface Found {
  readonly found: (state: State, evidence: AlexaEvidence) => boolean;
  readonly solved: (state: State) => boolean;
  readonly variants?: readonly Partial<Notice>[];
}

const good = ({ session }: State) => session === 'good';
const bad = ({ session }: State) => session === 'bad';
const granted = ({ grant }: State) => grant === 'good';
const alexaIsGood = ({ alexa }: State) => alexa === 'good';
const always = () => true;
const ofSession: Found = { found: bad, solved: good };
const ofReports: Found = { found: granted, solved: granted };
const OFFLINE = { offlineSince: '2026-02-28T09:30:00.000Z' };
const ofPlugs: Found = { found: good, solved: good };

const CAUSES: Readonly<Record<NoticeCause, Found>> = {
  'password-changed': ofSession,
  'code-needed': ofSession,
  locked: { ...ofSession, variants: [{}, { reminder: 2 }] },
  'credentials-not-kept': ofSession,
  'two-step-account': ofSession,
  'session-ends': { found: good, solved: good, variants: [{ mattersBy: DAY }, { mattersBy: DAY, needsCode: true }] },
  'grant-revoked': { found: ({ grant }) => grant === 'gone', solved: granted },
  // Each is sent only while this is known of its link, and closed when Alexa has used its link, or was linked again.
  'alexa-let-go': { found: (_, evidence) => evidence.state === 'gone', solved: alexaIsGood },
  'alexa-silent': {
    found: (_, evidence) => evidence.state === 'unknown',
    solved: alexaIsGood,
    variants: [{ silentSince: '2026-02-20T09:30:00.000Z' }, {}],
  },
  // The credentials and the permission are the skill's: no grant is needed to find them wrong.
  'messaging-client-refused': { found: always, solved: always },
  'events-not-permitted': { found: always, solved: always },
  'wrong-stage': ofReports,
  'event-refused': ofReports,
  'plug-offline': { ...ofPlugs, variants: [{}, { subject: '***' }, { ...OFFLINE, plugs: 1, connectedPlugs: 1 }] },
  'plugs-offline': {
    ...ofPlugs,
    variants: [
      { ...OFFLINE, plugs: 5, connectedPlugs: 0 },
      { ...OFFLINE, plugs: 3, connectedPlugs: 2 },
    ],
  },
  'devices-missing': ofPlugs,
  'cloud-down': { found: always, solved: always, variants: [{}, OFFLINE] },
  'amazon-down': { found: granted, solved: granted, variants: [{}, OFFLINE] },
  'sign-in-inconclusive': ofSession,
  'ready-link-used': { found: always, solved: always },
  // Tokens of a maker's server: no session of the skill's own is concerned.
  'tokens-refused': { found: always, solved: always },
  'sign-in-throttled': { ...ofSession, variants: [{}, { retryAt: RETRY_AT.toISOString() }] },
};

/** These can be found while the session still works: a renewal ahead of its end was refused. */
const AHEAD: readonly NoticeCause[] = ['password-changed', 'code-needed', 'locked'];

const record = (cause: NoticeCause, fields: Partial<Notice>): NoticeRecord => ({
  accountId: 'account-1',
  cause,
  maskedEmail: MASKED,
  subject: 'Lamp',
  ...fields,
  reminder: fields.reminder ?? 1,
  state: 'open',
  since: '2026-03-01T12:00:00.000Z',
  reauthId: 'id',
  linkRenewals: [],
  version: 1,
});

const ELSEWHERE = { ...WORDING, texts: withoutSignInPage(WORDING.texts) };

function noticesIn(state: State, evidence: AlexaEvidence): string[] {
  const offer = { url: 'https://link.example.org/reauth?t=dps', expiresAt: new Date(DAY) };
  return (Object.entries(CAUSES) as [NoticeCause, Found][]).flatMap(([cause, { found, solved, variants = [{}] }]) => {
    const ahead = AHEAD.includes(cause) && good(state) ? [{ mattersBy: DAY }] : [];
    const open = [...(found(state, evidence) ? variants : []), ...ahead].map((fields) => record(cause, fields));
    const messages = [
      ...open.flatMap((one) => [offer, undefined].map((link) => noticeText(one, link, WORDING, evidence, link?.url))),
      // Where people sign in at the maker's own server.
      ...open.map((one) => noticeText(one, undefined, ELSEWHERE, evidence)),
      ...(solved(state) ? [true, false].map((again) => allClearText(record(cause, {}), WORDING, evidence, again)) : []),
    ];
    return messages.flatMap(({ subject, text }) => [subject, text]);
  });
}

const REFUSALS: Readonly<Record<RefusalKind, true>> = {
  'too-old': true,
  'other-browser': true,
  'unknown-client': true,
  'retired-client': true,
  'unknown-redirect': true,
  malformed: true,
};
const REAUTH_REFUSALS: Readonly<Record<ReauthRefusal, true>> = {
  'no-link': true,
  used: true,
  'too-old': true,
  'form-too-old': true,
  'other-browser': true,
  malformed: true,
};
const keys = <Key extends string>(of: Readonly<Record<Key, unknown>>): Key[] => Object.keys(of) as Key[];

/** Every page but the one about the lamps, as this state can show it. */
export function pagesIn(state: State, evidence: AlexaEvidence, by: Reader): Promise<Response>[] {
  const form: Omit<FormOptions, 'words'> = {
    cloudName: CLOUD,
    sessionDays: 60,
    action: '/',
    sealed: '',
    attempt: '123456',
    formAction: [],
    now: new Date('2026-03-01T12:00:00.000Z'),
  };
  const typed = { email: '', keep: true };
  const texts = by.texts;
  const words = linkingWords(texts, CLOUD);
  const inEveryState = [
    codePage(by, { ...form, words }),
    codePage(by, { ...form, sessionDays: undefined, words }),
    signInPage(by, { ...form, sessionDays: undefined, words }, typed),
    ...[undefined, ...(keys(PROBLEMS) as Problem[])].map((problem) =>
      signInPage(
        by,
        { ...form, words },
        typed,
        problem,
        problem === 'too-many-attempts' ? { retryAfterSeconds: 600 } : { lamps: ['Desk', 'Hall'] },
      ),
    ),
    signInPage(by, { ...form, words: reauthWords(texts, MASKED, CLOUD) }, typed),
    ...keys(REFUSALS).map((kind) => refusalPage(by, kind, 400, '123456')),
    ...keys(REAUTH_REFUSALS).map((kind) =>
      reauthRefusalPage(by, kind, '123456', kind === 'too-old' ? 'dps' : undefined),
    ),
    failurePage(by, 503, '123456'),
    noMoreLinksPage(by),
    linkSentPage(by),
    ...alexaPagesIn(state, evidence, MASKED, form, by),
    ...addressPages(CLOUD, by),
    ...connectionPages(CLOUD, by),
    ...lampPagesIn(state, evidence, CLOUD, by),
    ...[true, false].map((hasMail) => homePage(by, CLOUD, hasMail)),
  ];
  return bad(state)
    ? [...inEveryState, waitingPage(by, CLOUD, RETRY_AT), waitingPage(by, CLOUD, undefined)]
    : [
        ...inEveryState,
        signedInPage(by, CLOUD),
        otherUserDonePage(by, '123456', CLOUD),
        reauthDonePage(by, '123456', CLOUD, undefined, question(by), connections(by)),
      ];
}

/** What a person reads or hears of a page, its title included. What it says in other languages is not of this catalogue. */
const wordsOf = (page: string): string =>
  page
    .replaceAll(/<(style|details|script|textarea)[\s>][\s\S]*?<\/\1>/g, '')
    .replaceAll(/<nav aria-label="([^"]*)">[\s\S]*?<\/nav>/g, '$1')
    .replaceAll(/<[^>]*>/g, '\n');

const USED: AlexaEvidence = { state: 'used' };
const UNKNOWN: AlexaEvidence = { state: 'unknown' };
const gone = (reason: LossReason): AlexaEvidence => ({ state: 'gone', reason, since: '2026-02-28T09:30:00.000Z' });

/** Signs of a loss, where it is a fact. A grant that Amazon has withdrawn is gone, too. */
const LOSSES: Readonly<Record<LossReason, (state: State) => boolean>> = {
  'skill-disabled': always,
  'ended-by-person': always,
  'ended-for-safety': always,
  'not-linked': always,
  'grant-revoked': ({ grant }) => grant === 'gone',
};
const goneIn = (state: State): AlexaEvidence[] =>
  keys(LOSSES)
    .filter((reason) => LOSSES[reason](state))
    .map(gone);

/** What can be known in a state. A link that was lost less than a day after its last use was used in the last 24 hours, too. */
const evidencesIn = (state: State): readonly AlexaEvidence[] =>
  ({ good: [USED, UNKNOWN], gone: [USED, UNKNOWN, ...goneIn(state)], unknown: [UNKNOWN] })[state.alexa];

/** The texts of all pages, mails and notices in a state, as far as the catalogues have them. */
async function textsIn(state: State, evidence: AlexaEvidence): Promise<string[]> {
  const by = reader();
  const pages = await Promise.all(pagesIn(state, evidence, by).map(async (page) => wordsOf(await (await page).text())));
  return [...noticesIn(state, evidence), ...addressMails(MARKED), ...pages];
}

/**
 * The key of every text of notices and pages that this state can show, once per evidence. A new page goes into `pagesIn` (one of those that
 * connect Alexa again into `shown-alexa-pages.ts`), where the state allows it; its texts are then judged in `true-texts.ts`.
 */
export async function shownIn(state: State): Promise<Shown[]> {
  const shown = evidencesIn(state).map(async (evidence) => {
    const keysShown = new Set((await textsIn(state, evidence)).flatMap(keysIn));
    return [...keysShown].map((key) => ({ state, evidence, key }));
  });
  return (await Promise.all(shown)).flat();
}

/** What pages, mails and notices say that is in no catalogue: names, addresses, and what only developers get. */
export async function besidesCatalogues(state: State): Promise<string[]> {
  const texts = (await Promise.all(evidencesIn(state).map((evidence) => textsIn(state, evidence)))).flat();
  const rest = texts.flatMap((text) => besidesKeys(text).split('\n')).map((line) => line.trim());
  return [...new Set(rest)].filter((line) => /\p{L}/u.test(line)).sort();
}
