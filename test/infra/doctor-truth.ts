import type { CauseCode } from '../../lambda/domain/diagnosis/causes.ts';
import type { Evidence, PlugEvidence } from '../../lambda/domain/diagnosis/evidence.ts';
import type { Hop } from '../../lambda/domain/diagnosis/hops.ts';

import { ago, NOW } from '../domain/diagnosis/support.ts';

/** Whether evidence shows what a sentence says. `values`: what stands in its gaps. */
type Shown = (evidence: Evidence, ...values: readonly string[]) => boolean;
/** Sentences with their gaps, and when each is true. */
export type Judged = readonly (readonly [sentence: RegExp, shown: Shown])[];

const FAULTS = {
  'the name is not in the DNS': 'name-unknown',
  'its certificate has ended': 'certificate-ended',
  'its certificate is not trusted, or is for another name': 'certificate-refused',
  'it does not answer': 'no-answer',
  'something else answers there': 'wrong-answer',
} as const;
const hasFault = ({ address }: Evidence, words: string): boolean =>
  address !== undefined && address.state === FAULTS[words as keyof typeof FAULTS];
const isPlug = ({ plugs }: Evidence, name: string, ...wanted: readonly ((plug: PlugEvidence) => boolean)[]): boolean =>
  plugs?.list.some((plug) => plug.name === name && wanted.every((is) => is(plug))) ?? false;
const isOffline = ({ connected }: PlugEvidence): boolean => !connected;
const online = ({ plugs }: Evidence): number => plugs?.list.filter(({ connected }) => connected).length ?? 0;
const offline = ({ plugs }: Evidence): number => plugs?.list.filter(isOffline).length ?? 0;
const isEmptyHome = (evidence: Evidence): boolean => online(evidence) === 0 && offline(evidence) > 0;
const status = (seen: object | undefined): string | undefined =>
  seen && 'status' in seen ? String(seen.status) : undefined;
const reauth = (reason: string, ahead: boolean): Shown => {
  return ({ account, cloud }) =>
    account?.state === 'needs-reauth' && account.reason === reason && (cloud?.state === 'ok') === ahead;
};
const failed = (...errors: readonly string[]): Shown => {
  return ({ failedDirective: one }) => one !== undefined && errors.includes(one.error);
};
const refused = (error: string): Shown => {
  return ({ refusedTokens: seen }, count) => seen?.error === error && seen.count === Number(count);
};
const granted = (...states: readonly string[]): Shown => {
  return ({ grants }) => grants?.list.some(({ state }) => states.includes(state)) ?? false;
};
const linked = (state: string): Shown => {
  return ({ link }) => link?.state === state;
};
const exchanged = (state: string): Shown => {
  return ({ exchange }) => exchange?.state === state;
};
const delivered = (state: string): Shown => {
  return ({ delivery }, region) => delivery?.state === state && delivery.region === region;
};
const tokens = (state: string): Shown => {
  return ({ tokenEndpoint: seen }, shown) => seen?.state === state && (shown === undefined || shown === status(seen));
};
const held = (reason: string): Shown => {
  return ({ discovery }, name, described, listed) => {
    const { heldBack = [], described: known } = discovery ?? {};
    const isCounted = known === Number(described) && known + heldBack.length === Number(listed);
    return heldBack.some((one) => one.name === name && one.reason === reason) && (described === undefined || isCounted);
  };
};
const all = (...shown: readonly Shown[]): Shown => {
  return (evidence, ...values) => shown.every((one) => one(evidence, ...values));
};
const any = (...shown: readonly Shown[]): Shown => {
  return (evidence, ...values) => shown.some((one) => one(evidence, ...values));
};
const seconds = (text: string | undefined): number => Number(text?.replace(' s', ''));
const isAbout = (ms: number, text: string | undefined): boolean => Math.abs(ms / 1000 - seconds(text)) <= 0.05;
const isMinute = (iso: string | undefined, text: string | undefined): boolean =>
  iso !== undefined && iso.slice(0, 16).replace('T', ' ') === text;
const isUnusedSince = ({ refresh, goodDirective }: Evidence, since: string): boolean =>
  [refresh, goodDirective].every((use) => use === undefined || Date.parse(use.at) <= Date.parse(since));

const MOMENT = '(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d) UTC';

/** What the doctor says of each cause, judged by hand. Whoever adds or changes a sentence judges it here. */
export const JUDGED_CAUSES: Readonly<Record<CauseCode, Judged>> = {
  'address-not-answering': [[/^nobody can link at our address, as seen from here: (.*)$/, hasFault]],
  'sign-in-page-failing': [
    [
      /^the sign-in page does not open(?:, (\d+))?$/,
      ({ signInPage: page }, shown) => page?.state === 'failing' && shown === status(page),
    ],
  ],
  'sign-ins-unanswered': [
    [
      /^the sign-in page was shown (\d+) times in the last day, and nothing came of it; no code was issued$/,
      ({ signIns }, count) => signIns?.unanswered === Number(count) && signIns.codes === 0,
    ],
  ],
  'exchange-missing': [
    [/^somebody signed in, and Alexa has not exchanged the code that was issued$/, exchanged('missing')],
  ],
  'exchange-late': [
    [
      /^the exchange of the code was not done after ([\d.]+ s), and Alexa waits 4.5 s$/,
      ({ exchange }, took) => exchange?.state === 'late' && isAbout(exchange.ms, took),
    ],
  ],
  'linking-client-refused': [
    [
      /^the skill presents client id (.*), our server knows (.*)$/,
      ({ exchange }, theirs, ours) =>
        exchange?.state === 'client-refused' && exchange.theirs === theirs && exchange.ours === ours,
    ],
    [
      /^the skill presents client id (.*), which our server does not know$/,
      ({ exchange }, theirs) => exchange?.state === 'client-refused' && exchange.theirs === theirs,
    ],
    [
      /^the skill presents a client secret that our server does not know$/,
      ({ exchange }) => exchange?.state === 'client-refused' && exchange.theirs === undefined,
    ],
  ],
  'exchange-refused': [
    [
      /^we refused to exchange the code of a sign-in \((\w+)(?:: (.*))?\)$/,
      ({ exchange }, error, reason) =>
        exchange?.state === 'refused' && exchange.error === error && exchange.reason === reason,
    ],
  ],
  'link-not-taken': [[/^Amazon refused to link with the code that we made$/, exchanged('not-taken')]],
  'grant-missing': [
    [
      /^no grant of the latest link is kept: AcceptGrant has not come, or it failed$/,
      ({ acceptGrant }) => acceptGrant?.state === 'missing',
    ],
  ],
  'grant-client-refused': [
    [
      /^Login with Amazon refuses our client \(invalid_client\)$/,
      ({ acceptGrant }) => acceptGrant?.state === 'client-refused',
    ],
  ],
  'grant-refused': [
    [
      /^Login with Amazon refuses the code of AcceptGrant \(invalid_grant\); a code works once, for five minutes$/,
      ({ acceptGrant }) => acceptGrant?.state === 'refused',
    ],
  ],
  'grant-not-answered': [
    [/^Login with Amazon did not answer AcceptGrant$/, ({ acceptGrant }) => acceptGrant?.state === 'no-answer'],
  ],
  'device-held-back': [
    [
      /^Alexa does not know "(.*)": Alexa cannot take its name(?:; (\d+) of (\d+) devices are described)?$/,
      held('name'),
    ],
    [
      /^Alexa does not know "(.*)": Alexa was not told about it yet(?:; (\d+) of (\d+) devices are described)?$/,
      held('not-announced'),
    ],
  ],
  'device-unreadable': [
    [
      /^Alexa does not know the device (.*): its record at Acme Home cannot be read$/,
      ({ discovery }, id) => discovery?.heldBack.some((one) => one.id === id && one.reason === 'unreadable') ?? false,
    ],
  ],
  'speech-not-heard': [
    [
      /^the tap on the tile reached us, the sentence did not: Alexa heard something else$/,
      ({ trial }) => trial?.tap === true && trial.speech === false,
    ],
  ],
  'not-linked': [[/^no Alexa is linked with this account$/, linked('none')]],
  'skill-disabled': [[/^the skill was disabled in the Alexa app \(Alexa told us\)$/, linked('skill-disabled')]],
  'skill-not-enabled': [
    [/^the Alexa app offers to enable the skill$/, ({ skillPage }) => skillPage?.says === 'enable'],
  ],
  'alexa-not-linked': [[/^Amazon says that the skill is not linked$/, linked('not-linked')]],
  'alexa-grant-revoked': [
    [
      /^Amazon has withdrawn the grant, and no use of the link is noted since$/,
      (evidence) => evidence.link?.state === 'grant-revoked' && isUnusedSince(evidence, evidence.link.since),
    ],
  ],
  'alexa-link-expired': [
    [
      /^the Alexa app says that the link has expired, and no end by us is noted$/,
      ({ skillPage, link }) => skillPage?.says === 'link-expired' && !link?.state.startsWith('ended-'),
    ],
  ],
  'link-ended': [
    [/^CUT BY US: a code or token of the link was shown twice, so it was ended$/, linked('ended-for-safety')],
    [/^the link was ended by a person, on our page or with \/revoke$/, linked('ended-by-person')],
    [/^the link of the latest directive has ended; by whom is not known$/, failed('LinkEnded')],
  ],
  'refresh-refused': [
    [
      /^CUT BY US: we refused Alexa's refresh \((\w+)(?:: (.*))?\)$/,
      ({ refusedRefresh: one }, code, reason) => one !== undefined && one.code === code && one.reason === reason,
    ],
  ],
  'refresh-request-refused': [
    [
      /^we refuse the request with which Alexa refreshes \((\w+)(?:: (.*))?\); a new link would not help$/,
      ({ refusedRefresh: one }, code, reason) =>
        one !== undefined && one.code === code && one.reason === reason && code !== 'invalid_grant',
    ],
  ],
  'token-not-refreshed': [
    [
      /^Alexa presents an access token that has expired, and no refresh is noted since$/,
      (evidence) =>
        failed('BearerExpired')(evidence) &&
        Date.parse(evidence.refresh?.at ?? '1970-01-01') < Date.parse(evidence.failedDirective?.at ?? ''),
    ],
  ],
  'refresh-address-down': [[/^Alexa cannot refresh at our address, as seen from here: (.*)$/, hasFault]],
  'token-endpoint-failing': [
    [/^the token endpoint does not answer$/, tokens('no-answer')],
    [/^the token endpoint is slower than Alexa waits \(4.5 s\)$/, tokens('late')],
    [
      /^the token endpoint answers an unknown refresh token with another error than 400 invalid_grant(?:, (\d+))?$/,
      tokens('server-error'),
    ],
    [
      /^the token endpoint answers without JSON: usually an error page of a gateway, a CDN or a firewall(?:, (\d+))?$/,
      tokens('not-json'),
    ],
    [/^the token endpoint refuses the client secret of the secret entry(?:, (\d+))?$/, tokens('client-refused')],
  ],
  'canary-failing': [
    [
      /^the test link was refused at its hourly refresh \(invalid_grant\)$/,
      ({ canary }) => canary?.state === 'refused',
    ],
    [/^the hourly refresh of the test link got no tokens$/, ({ canary }) => canary?.state === 'no-answer'],
  ],
  'delivery-broken': [
    [/^(.*): Alexa may not invoke the function$/, delivered('permission-missing')],
    [/^(.*): there is no skill function$/, delivered('function-missing')],
    [/^(.*): the manifest names no endpoint of ours$/, delivered('endpoint-missing')],
  ],
  'no-directives': [
    [
      /^no directive has come for an hour(?: in (.*))?, and the permission is right$/,
      ({ traffic, delivery }, region) =>
        delivery?.state === 'ok' &&
        traffic?.inRegion === 0 &&
        (region === undefined ? traffic.inAll === 0 : region === traffic.region),
    ],
  ],
  'token-not-ours': [
    [
      /^directives come with an access token that we did not issue(?:; (\d+) or more directives were refused)?$/,
      any(failed('BearerInvalid'), refused('BearerInvalid')),
    ],
  ],
  'token-key-missing': [
    [
      /^a sealing key, which tokens name, is not in the secret entry(?:; (\d+) or more directives were refused)?$/,
      any(failed('SealingKeyMissing'), refused('SealingKeyMissing')),
    ],
    [
      /^the sealing key "([\w-]+)", which tokens name, is not in the secret entry(?:; (\d+) or more directives were refused)?$/,
      (evidence, keyId, count) => {
        const { failedDirective: one, refusedTokens: all } = evidence;
        return count === undefined
          ? failed('SealingKeyMissing')(evidence) && one?.keyId === keyId
          : refused('SealingKeyMissing')(evidence, count) && all?.keyId === keyId;
      },
    ],
  ],
  'token-unverified': [
    [
      /^tokens of the maker's authorization server cannot be verified(?:; (\d+) or more directives were refused)?$/,
      any(failed('BearerUnverified'), refused('BearerUnverified')),
    ],
  ],
  'table-not-answering': [
    [
      /^the table does not answer$/,
      any(({ table }) => table?.state === 'no-answer', failed('StoreUnavailable', 'DeadlineExceeded')),
    ],
  ],
  'account-missing': [
    [
      /^the table has no row of the account, so there is no session at the device cloud$/,
      any(({ account }) => account?.state === 'missing', failed('AccountMissing')),
    ],
  ],
  'row-unreadable': [[/^the row of the account cannot be opened$/, ({ account }) => account?.state === 'unreadable']],
  'cloud-not-answering': [
    [
      /^Acme Home does not serve us(?:, (\d+))?$/,
      any(
        ({ cloud }, shown) =>
          (cloud?.state === 'no-answer' || cloud?.state === 'server-error') && shown === status(cloud),
        failed('CloudUnreachable'),
      ),
    ],
  ],
  'cloud-slow': [
    [
      /^Acme Home did not answer in time; it may be slow or down$/,
      any(({ cloud }) => cloud?.state === 'too-slow', failed('DeadlineExceeded')),
    ],
  ],
  'cloud-changed': [
    [/^Acme Home answers in a form that this version does not know$/, ({ cloud }) => cloud?.state === 'unknown-shape'],
  ],
  'cloud-rate-limited': [[/^Acme Home asks for fewer requests$/, ({ cloud }) => cloud?.state === 'rate-limited']],
  'cloud-session-rejected': [
    [/^Acme Home does not take the session$/, ({ cloud }) => cloud?.state === 'session-rejected'],
  ],
  'needs-sign-in': [
    [/^Acme Home refused the password that was kept$/, reauth('password-changed', false)],
    [/^Acme Home asks for a two-step code$/, reauth('code-needed', false)],
    [/^Acme Home has locked the account after failed sign-ins$/, reauth('locked', false)],
    [/^Acme Home has ended the session, and no password is kept$/, reauth('credentials-not-kept', false)],
    [/^Acme Home has ended the session, and a sign-in takes a two-step code$/, reauth('two-step-account', false)],
    [
      /^Acme Home refused the password that was kept; the session still works, until its end$/,
      reauth('password-changed', true),
    ],
    [/^Acme Home asks for a two-step code; the session still works, until its end$/, reauth('code-needed', true)],
    [
      /^Acme Home has locked the account after failed sign-ins; the session still works, until its end$/,
      reauth('locked', true),
    ],
    [
      /^Acme Home wants a new sign-in, and no password is kept; the session still works, until its end$/,
      reauth('credentials-not-kept', true),
    ],
    [
      /^Acme Home wants a new sign-in, which takes a two-step code; the session still works, until its end$/,
      reauth('two-step-account', true),
    ],
  ],
  'sign-in-waiting': [
    [
      new RegExp(`^Acme Home ended the session, and the next sign-in is not before ${MOMENT}$`),
      ({ account, cloud }, retryAt) =>
        account?.state === 'waiting-to-retry' && cloud?.state !== 'ok' && isMinute(account.retryAt, retryAt),
    ],
  ],
  'lamp-not-listed': [
    [
      /^Acme Home no longer lists the lamp$/,
      ({ plugs, lampId }) =>
        plugs?.missingSince !== undefined && lampId !== undefined && plugs.list.every(({ id }) => id !== lampId),
    ],
  ],
  'plug-offline': [
    [
      /^"(.*)" is offline; (\d+) of (\d+) other plugs? online$/,
      (evidence, name = '', connected, others) =>
        isPlug(evidence, name, isOffline) &&
        online(evidence) === Number(connected) &&
        online(evidence) + offline(evidence) - 1 === Number(others),
    ],
    [
      /^"(.*)" is offline, and no other plug was read$/,
      (evidence, name = '') => isPlug(evidence, name, isOffline) && evidence.plugs?.list.length === 1,
    ],
  ],
  'plug-without-power': [
    [
      /^"(.*)" is offline and shows no light: it seems to have no power$/,
      (evidence, name = '') => isPlug(evidence, name, isOffline) && evidence.plugLight?.shows === 'nothing',
    ],
  ],
  'plug-without-wifi': [
    [
      /^"(.*)" is offline and its light blinks: it has power and no Wi-Fi$/,
      (evidence, name = '') => isPlug(evidence, name, isOffline) && evidence.plugLight?.shows === 'blinking',
    ],
  ],
  'plugs-offline': [
    [
      /^(\d+) plugs? offline, (\d+) online$/,
      (evidence, count, connected) => offline(evidence) === Number(count) && online(evidence) === Number(connected),
    ],
  ],
  'home-internet-down': [
    [
      /^no plug that was read is online, and nothing else at home reaches the internet$/,
      all(isEmptyHome, ({ internet }) => internet?.works === false),
    ],
  ],
  'home-wifi-changed': [
    [/^no plug is online, and other things at home are$/, all(isEmptyHome, ({ internet }) => internet?.works === true)],
  ],
  'plug-not-following': [
    [/^Acme Home took the command, and the plug did not follow$/, ({ blink }) => blink?.confirmed === false],
  ],
  'lamp-dark': [
    [
      /^the plug gives (\d+) %, and nobody saw the lamp react$/,
      ({ blink }, level) => blink?.confirmed === true && blink.seen === false && blink.level === Number(level),
    ],
  ],
  'level-too-low': [
    [
      /^the plug gives (\d+) %, and nobody saw light; many bulbs show none at so little$/,
      ({ blink }, level) =>
        blink?.confirmed === true && blink.seen === false && blink.level === Number(level) && blink.level < 10,
    ],
  ],
  'answer-late': [
    [
      /^an answer took ([\d.]+ s)(?:, ([\d.]+ s) of it the device cloud)?; Alexa waits 8 s, and the lamp may have moved$/,
      ({ badAnswer: one }, took, ofCloud) =>
        one?.verdict === 'late' &&
        isAbout(one.ms, took) &&
        (ofCloud === undefined || (one.cloudMs !== undefined && isAbout(one.cloudMs, ofCloud))),
    ],
  ],
  'answer-malformed': [
    [/^an answer had not the shape that Alexa takes$/, ({ badAnswer }) => badAnswer?.verdict === 'malformed'],
  ],
  'button-not-noticed': [
    [/^Acme Home did not notice the button of the plug$/, ({ button }) => button?.noticed === false],
  ],
  'watch-silent': [
    [
      /^nobody watches the accounts, so tiles grow old; commands do not need it$/,
      ({ watch }) => watch?.state === 'silent',
    ],
  ],
  'reports-stuck': [
    [/^(\d+) reports? (?:has|have) failed for good$/, ({ queue }, dead) => queue?.dead === Number(dead)],
    [
      /^a report has waited for (\d+) minutes$/,
      ({ queue }, minutes) => Math.round((queue?.oldestSeconds ?? 0) / 60) === Number(minutes),
    ],
    [
      /^Alexa was not told how (\d+) lamps? (?:is|are) since a change (\d+) minutes ago$/,
      ({ reports }, waiting, minutes) => reports?.waiting === Number(waiting) && reports.since === ago(Number(minutes)),
    ],
  ],
  'event-grant-revoked': [
    [
      /^the grant was withdrawn \(invalid_grant\), so tiles grow old; commands do not need it$/,
      ({ eventToken }) => eventToken?.state === 'revoked',
    ],
  ],
  'event-client-refused': [
    [
      /^Login with Amazon refuses our client \(invalid_client\)$/,
      any(({ eventToken }) => eventToken?.state === 'client-refused', granted('messaging-client-refused')),
    ],
  ],
  'lwa-not-answering': [
    [
      /^Login with Amazon does not answer, so reports wait; commands do not need it$/,
      ({ eventToken }) => eventToken?.state === 'no-answer',
    ],
  ],
  'events-not-permitted': [[/^the gateway says that the skill may not send events$/, granted('events-not-permitted')]],
  'event-wrong-stage': [[/^the grant belongs to another stage of the skill$/, granted('wrong-stage')]],
  'event-refused': [[/^the gateway calls an event malformed: a bug$/, granted('event-refused')]],
  'event-account-unknown': [
    [/^no gateway finds the skill enabled in that Amazon account$/, granted('never-enabled', 'account-not-found')],
  ],
  'event-token-rejected': [
    [/^the gateway refuses tokens that Login with Amazon has just issued$/, granted('lwa-token-rejected')],
  ],
  'gateway-not-answering': [
    [
      /^the event gateway does not take reports(?:, (\d+))?; commands do not need it$/,
      ({ gateway }, shown) => gateway?.state === 'no-answer' && shown === status(gateway),
    ],
  ],
  'tile-stale': [
    [
      new RegExp(`^the gateway took the state at ${MOMENT} \\(202\\), and the tile shows another one$`),
      ({ tile }, at) => tile?.wrong === true && isMinute(tile.acceptedAt, at),
    ],
  ],
};

const hasDirective: Shown = (evidence) =>
  (evidence.goodDirective ?? evidence.failedDirective ?? evidence.badAnswer) !== undefined ||
  evidence.acceptGrant?.state === 'stored';

/** What the doctor says of a hop that works. */
export const JUDGED_OK: Readonly<Partial<Record<Hop, Judged>>> = {
  'sign-in-page': [[/^the page opens$/, ({ signInPage }) => signInPage?.state === 'ok']],
  'code-exchange': [[/^the code of the live link was exchanged$/, linked('live')]],
  'accept-grant': [[/^the grant of the latest link is kept$/, ({ acceptGrant }) => acceptGrant?.state === 'stored']],
  discovery: [
    [
      /^Alexa was told about every lamp that is listed$/,
      ({ discovery, lampId }) => discovery?.heldBack.every(({ id }) => lampId !== undefined && id !== lampId) ?? false,
    ],
  ],
  voice: [
    [/^Alexa sent a directive$/, hasDirective],
    [/^the sentence arrived$/, ({ trial }) => trial?.speech === true],
  ],
  'alexa-link': [
    [/^Alexa sent a directive$/, all(hasDirective, ({ link }) => link === undefined || link.state === 'live')],
    [
      /^Alexa refreshed its token$/,
      ({ refresh, link }) => refresh !== undefined && (link === undefined || link.state === 'live'),
    ],
  ],
  'token-refresh': [
    [
      /^a refresh was tried, and answered as it should be$/,
      ({ tokenEndpoint, canary }) =>
        tokenEndpoint?.state === 'ok' || (tokenEndpoint === undefined && canary?.state === 'refreshed'),
    ],
    [/^Alexa refreshed its token$/, ({ refresh }) => refresh !== undefined],
  ],
  delivery: [
    [/^Alexa sent a directive$/, hasDirective],
    [/^Alexa may invoke the function$/, ({ delivery }) => delivery?.state === 'ok'],
  ],
  'token-check': [[/^a directive came with a token of ours$/, hasDirective]],
  table: [[/^it answers$/, ({ table }) => table?.state === 'ok']],
  'device-cloud': [
    [/^it takes the session$/, ({ cloud }) => cloud?.state === 'ok'],
    [/^a directive was answered well$/, ({ goodDirective }) => goodDirective !== undefined],
  ],
  plug: [
    [/^online$/, (evidence) => evidence.cloud?.state === 'ok' && isOnline(evidence)],
    [/^online when it was last heard of$/, (evidence) => evidence.cloud === undefined && isOnline(evidence)],
  ],
  lamp: [[/^somebody saw the lamp react$/, ({ blink }) => blink?.seen === true]],
  answer: [[/^a directive was answered well$/, ({ goodDirective }) => goodDirective !== undefined]],
  'plug-report': [[/^the button of the plug was noticed$/, ({ button }) => button?.noticed === true]],
  watch: [[/^every account is watched$/, ({ watch }) => watch?.state === 'watched']],
  comparison: [
    [/^no report waits long$/, ({ queue }) => queue !== undefined && queue.oldestSeconds < 900 && queue.dead === 0],
  ],
  'event-token': [[/^Login with Amazon renews the grant$/, ({ eventToken }) => eventToken?.state === 'ok']],
  gateway: [[/^the gateway took a report$/, ({ gateway }) => gateway?.state === 'accepted']],
  'alexa-copy': [[/^the tile shows what the lamp does$/, ({ tile }) => tile?.wrong === false]],
};

const isOnline = ({ plugs, lampId }: Evidence): boolean =>
  plugs?.list.filter(({ id }) => lampId === undefined || id === lampId).every(({ connected }) => connected) ?? false;

/** What a remedy states as a fact: where it is true. What only advises is right everywhere. */
export const JUDGED_REMEDIES: Judged = [
  // Only an answer that says of the link that it is refused makes Alexa drop it; here none was given.
  [/Alexa keeps the links and tries again/, ({ refusedRefresh }) => refusedRefresh?.code !== 'invalid_grant'],
  [/every link survives this/, () => true],
  [/The link of Alexa stays as it is/, () => true], // the sign-in-again page makes and ends no link
  [/link the account again/, ({ link, acceptGrant }) => link?.state !== 'none' || acceptGrant !== undefined],
  [/the skill tries by itself/, ({ account }) => account?.state === 'needs-reauth' && account.reason === 'locked'],
  [/a slow device cloud passes/, ({ badAnswer: one }) => one?.verdict === 'late' && (one.cloudMs ?? 0) > one.ms / 2],
  [/Renew the certificate/, ({ address }) => address?.state.startsWith('certificate-') ?? false],
  [/Put its record back in the DNS/, ({ address }) => address?.state === 'name-unknown'],
  [/function URL are there/, ({ address }) => address?.state === 'no-answer'],
  [/point to the function URL/, ({ address }) => address?.state === 'wrong-answer'],
  [/^Rename it/, ({ discovery }) => discovery?.heldBack.some(({ reason }) => reason === 'name') ?? false],
  [
    /discover my devices/,
    ({ discovery }) => discovery?.heldBack.some(({ reason }) => reason === 'not-announced') ?? false,
  ],
  [
    /which sets pair 1 of 3/,
    any(exchanged('client-refused'), ({ refusedRefresh }) => refusedRefresh?.code === 'invalid_client'),
  ],
];

/** What may soon matter. */
export const JUDGED_HINTS: Judged = [
  [
    /^(\d+) of (\d+) Alexa links ha(?:s|ve) ended, and another has not: see the list\. Whoever used it links again in the Alexa app\.$/,
    ({ links }, lost, of) => {
      const others = links?.list.filter(({ state }) => state !== 'ended-by-person') ?? [];
      return (
        others.length === Number(of) &&
        others.filter(({ state }) => state !== 'live').length === Number(lost) &&
        others.some(({ state }) => state === 'live')
      );
    },
  ],
  [
    /^The Wi-Fi of "(.*)" is weak \((-?\d+) dBm\)\.$/,
    (evidence, name = '', rssi) => isPlug(evidence, name, (plug) => plug.rssi === Number(rssi)) && Number(rssi) <= -80,
  ],
  [
    /^"(.*)" has firmware (.*); another plug of its model has (.*)\.$/,
    (evidence, name = '', firmware, newer) =>
      isPlug(evidence, name, (plug) => plug.firmware === firmware && plug.newerFirmware === newer),
  ],
  [
    /^Our certificate ends in (\d+) days?(?: \(issued by (.*)\))?\. Renew it now\.$/,
    ({ address }, days, issuer) =>
      address?.state === 'ok' &&
      address.issuer === issuer &&
      Math.floor((Date.parse(address.certificateEndsAt ?? '') - NOW.getTime()) / 86_400_000) === Number(days),
  ],
];
