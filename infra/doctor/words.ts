import { type Addressee, CAUSES, type Cause, type CauseCode } from '../../lambda/domain/diagnosis/causes.ts';
import type { Doubt } from '../../lambda/domain/diagnosis/diagnose.ts';
import type { AddressFault, EachLink } from '../../lambda/domain/diagnosis/evidence.ts';
import type { Hint } from '../../lambda/domain/diagnosis/hints.ts';
import type { Hop } from '../../lambda/domain/diagnosis/hops.ts';
import { toPermit } from '../preflight/checks/stack.ts';

// What the doctor says to a developer. Pages and messages for people have their own words, in lambda/texts.

export const HOP_NAMES: Readonly<Record<Hop, string>> = {
  'sign-in-page': 'sign-in page',
  'code-exchange': 'code for tokens',
  'accept-grant': 'AcceptGrant',
  discovery: 'discovery',
  voice: 'voice',
  'alexa-link': "Alexa's link",
  'token-refresh': 'token refresh',
  delivery: 'delivery',
  'token-check': 'token check',
  table: 'table',
  'device-cloud': 'device cloud',
  plug: 'plug, Wi-Fi',
  lamp: 'lamp',
  answer: 'answer',
  'plug-report': "plug's report",
  watch: 'watcher',
  comparison: 'report queue',
  'event-token': 'event token',
  gateway: 'event gateway',
  'alexa-copy': "Alexa's copy",
};

export const WHO: Readonly<Record<Addressee, string>> = {
  person: 'whoever is at the lamp',
  helper: 'whoever knows the password',
  developer: 'you',
  nobody: 'everyone',
};

/** Who has to act, where the remedy is not said. */
export const ACTS: Readonly<Record<Addressee, string>> = {
  person: 'Whoever is at the lamp has to act.',
  helper: 'Whoever knows the password has to act.',
  developer: 'You have to act.',
  nobody: 'Nobody has to act.',
};

/** Why nothing is known of a hop, where that is always so without somebody's help. */
export const UNKNOWN: Readonly<Partial<Record<Hop, string>>> = {
  voice: 'shows when Alexa calls',
  'token-check': 'shows when Alexa calls',
  lamp: 'only somebody at the lamp can see',
  answer: 'shows when Alexa calls',
  'plug-report': 'press the button of the plug, and look at the tile',
  'alexa-copy': 'only somebody with the app can compare',
};

export const DOUBTS: Readonly<Record<Doubt, string>> = {
  'link-not-completed':
    'What can be tried from here works. A sign-in for Alexa was begun, and Alexa has not exchanged its code yet. Look again in five minutes.',
  'alexa-not-heard':
    'What can be tried from here works. It was not noted that Alexa has used its link in the last day. Tap the tile of the lamp in the Alexa app, and look again.',
  'looked-often':
    'Nothing was found to be broken. The device cloud was not asked: this account was looked at six times in five minutes. Look again in five minutes.',
  'not-enough-known':
    'Nothing was found to be broken, and something could not be looked at: see the lines marked with -.',
};

const FAULTS: Readonly<Record<AddressFault, string>> = {
  'name-unknown': 'the name is not in the DNS',
  'certificate-ended': 'its certificate has ended',
  'certificate-refused': 'its certificate is not trusted, or is for another name',
  'no-answer': 'it does not answer',
  'wrong-answer': 'something else answers there',
};

const TOKEN_ENDPOINT = {
  'no-answer': 'does not answer',
  late: 'is slower than Alexa waits (4.5 s)',
  'server-error': 'answers an unknown refresh token with another error than 400 invalid_grant',
  'not-json': 'answers without JSON: usually an error page of a gateway, a CDN or a firewall',
  'client-refused': 'refuses the client secret of the secret entry',
} as const;

const DELIVERY = {
  'permission-missing': 'Alexa may not invoke the function',
  'function-missing': 'there is no skill function',
  'endpoint-missing': 'the manifest names no endpoint of ours',
} as const;

const TO_DELIVER = {
  'permission-missing': toPermit('Alexa Smart Home'),
  'function-missing': 'Run npm run deploy.',
  'endpoint-missing': 'Run npm run deploy, which puts it in the manifest.',
} as const;

const HELD_BACK = {
  name: 'Alexa cannot take its name',
  'not-announced': 'Alexa was not told about it yet',
} as const;

const TO_ANNOUNCE = {
  name: "Rename it in its maker's app, with letters and digits.",
  'not-announced': 'Say "Alexa, discover my devices".',
} as const;

/** What to do about an address of ours. */
const REPAIRS: Readonly<Record<AddressFault, string>> = {
  'name-unknown': 'Put its record back in the DNS: npm run preflight names it.',
  'certificate-ended': 'Renew the certificate.',
  'certificate-refused': 'Renew the certificate, for this name and from an authority that is trusted.',
  'no-answer': 'Look whether the function account-linking and its function URL are there: npm run preflight.',
  'wrong-answer': 'Let the record in the DNS point to the function URL of account-linking.',
};

const REASONS = {
  'password-changed': 'refused the password that was kept',
  'code-needed': 'asks for a two-step code',
  locked: 'has locked the account after failed sign-ins',
  'credentials-not-kept': 'has ended the session, and no password is kept',
  'two-step-account': 'has ended the session, and a sign-in takes a two-step code',
} as const;

/** The same, while the session works. */
const REASONS_AHEAD = {
  ...REASONS,
  'credentials-not-kept': 'wants a new sign-in, and no password is kept',
  'two-step-account': 'wants a new sign-in, which takes a two-step code',
} as const;

const LINK = 'In the Alexa app, open the skill and link the account.';
const RELINK = 'In the Alexa app, open the skill and link the account again. Devices, groups and routines stay.';
const NOT_UNLINK = 'People with a link should not unlink it.';
const KEEP = 'Alexa keeps the links and tries again; nobody should unlink.';
const PATIENCE = 'Wait. Nobody should unlink anything: every link survives this.';
const DEPLOY = 'Run npm run deploy.';
const MESSAGING =
  'Run npm run deploy, which puts pair 2 of 3 (Alexa Skill Messaging) of this skill in the secret entry.';
const SIGN_IN = 'Sign in on the sign-in-again page, whose link is in the notice. The link of Alexa stays as it is.';
const LOOK = (event: string, where: string) => `Look for ${event} in the log of ${where}.`;
const answered = (status: number | undefined) => (status === undefined ? '' : `, ${status}`);
const isMost = (part: number | undefined, whole: number) => part !== undefined && part > whole / 2;
/** `2026-03-01 12:00 UTC` @param at ISO 8601 */
export const toMinute = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const plugs = (count: number, which?: 'other') =>
  `${count} ${which === undefined ? '' : `${which} `}${count === 1 ? 'plug' : 'plugs'}`;

const counted = ({ count }: { readonly count?: number }) =>
  count === undefined ? '' : `; ${count} or more directives were refused`;
const errorOf = ({ error, reason }: { readonly error: string; readonly reason?: string }) =>
  reason === undefined ? error : `${error}: ${reason}`;

type Words = readonly [says: string, remedy: string];
type Of<Code extends CauseCode> = Extract<Cause, { code: Code }>;

const WORDS: { readonly [Code in CauseCode]: (cause: Of<Code>, cloud: string) => Words } = {
  'sign-in-page-failing': ({ status }) => [
    `the sign-in page does not open${answered(status)}`,
    `${LOOK('authorization-request-failed', 'account-linking')} ${NOT_UNLINK}`,
  ],
  'address-not-answering': ({ fault }) => [
    `nobody can link at our address, as seen from here: ${FAULTS[fault]}`,
    `${REPAIRS[fault]} ${NOT_UNLINK}`,
  ],
  'sign-ins-unanswered': ({ count }) => [
    `the sign-in page was shown ${count} times in the last day, and nothing came of it; no code was issued`,
    'Sign in on the page yourself, or run npm run preflight with an account; then look at the log of account-linking.',
  ],
  'exchange-missing': () => [
    'somebody signed in, and Alexa has not exchanged the code that was issued',
    'Compare the token address of account linking with ours: npm run preflight.',
  ],
  'exchange-late': ({ ms }) => [
    `the exchange of the code was not done after ${seconds(ms)}, and Alexa waits 4.5 s`,
    'Look at memory and start time of account-linking, and at the latency of the table.',
  ],
  'exchange-refused': (cause) => [
    `we refused to exchange the code of a sign-in (${errorOf(cause)})`,
    'Compare account linking in the skill with ours: npm run preflight.',
  ],
  'linking-client-refused': ({ theirs, ours }) => [
    theirs === undefined
      ? 'the skill presents a client secret that our server does not know'
      : `the skill presents client id ${theirs}, ${ours === undefined ? 'which our server does not know' : `our server knows ${ours}`}`,
    'Run npm run deploy, which sets pair 1 of 3 (account linking) in the skill.',
  ],
  'link-not-taken': () => [
    'Amazon refused to link with the code that we made',
    'Run npm run preflight: it compares what Amazon needs for that.',
  ],
  'grant-missing': () => [
    'no grant of the latest link is kept: AcceptGrant has not come, or it failed',
    'Is "Send Alexa Events" on, on the Permissions page of the developer console? Then link again; if it fails, look for directive-failed in the log of skill.',
  ],
  'grant-client-refused': () => ['Login with Amazon refuses our client (invalid_client)', MESSAGING],
  'grant-not-answered': () => ['Login with Amazon did not answer AcceptGrant', 'Link again in some minutes.'],
  'grant-refused': () => [
    'Login with Amazon refuses the code of AcceptGrant (invalid_grant); a code works once, for five minutes',
    RELINK,
  ],
  'device-unreadable': ({ id }, cloud) => [
    `Alexa does not know the device ${id}: its record at ${cloud} cannot be read`,
    'Compare the record with lambda/adapters; the client needs an update. See device-skipped in the log.',
  ],
  'device-held-back': ({ name, reason, described, listed }) => [
    `Alexa does not know "${name}": ${HELD_BACK[reason]}${described === undefined ? '' : `; ${described} of ${listed} devices are described`}`,
    TO_ANNOUNCE[reason],
  ],
  'speech-not-heard': () => [
    'the tap on the tile reached us, the sentence did not: Alexa heard something else',
    'In the Alexa app: More, Activity, Voice History.',
  ],
  'not-linked': () => ['no Alexa is linked with this account', LINK],
  'skill-disabled': () => ['the skill was disabled in the Alexa app (Alexa told us)', RELINK],
  'skill-not-enabled': () => ['the Alexa app offers to enable the skill', LINK],
  'alexa-not-linked': () => ['Amazon says that the skill is not linked', RELINK],
  'alexa-grant-revoked': () => ['Amazon has withdrawn the grant, and no use of the link is noted since', RELINK],
  'alexa-link-expired': () => ['the Alexa app says that the link has expired, and no end by us is noted', RELINK],
  'link-ended': ({ by }) => [
    by === 'safety'
      ? 'CUT BY US: a code or token of the link was shown twice, so it was ended'
      : by === 'person'
        ? 'the link was ended by a person, on our page or with /revoke'
        : 'the link of the latest directive has ended; by whom is not known',
    RELINK,
  ],
  'refresh-refused': (cause) => [`CUT BY US: we refused Alexa's refresh (${errorOf(cause)})`, RELINK],
  'refresh-request-refused': (cause) => [
    `we refuse the request with which Alexa refreshes (${errorOf(cause)}); a new link would not help`,
    cause.error === 'invalid_client'
      ? 'Put the client and secret that the link was made with back in the secret entry, as retired. Secrets Manager keeps the version before.'
      : LOOK('token-request-refused', 'account-linking'),
  ],
  'token-not-refreshed': () => [
    'Alexa presents an access token that has expired, and no refresh is noted since',
    'Wait for its next refresh. If it lasts, compare the token address of account linking with ours.',
  ],
  'refresh-address-down': ({ fault }) => [
    `Alexa cannot refresh at our address, as seen from here: ${FAULTS[fault]}`,
    `${REPAIRS[fault]} ${KEEP}`,
  ],
  'token-endpoint-failing': ({ state, status }) => [
    `the token endpoint ${TOKEN_ENDPOINT[state]}${answered(status)}`,
    state === 'client-refused' ? DEPLOY : `${LOOK('token-request-failed', 'account-linking')} ${KEEP}`,
  ],
  'canary-failing': ({ state }) => [
    state === 'refused'
      ? 'the test link was refused at its hourly refresh (invalid_grant)'
      : 'the hourly refresh of the test link got no tokens',
    LOOK(state === 'refused' ? 'token-request-refused' : 'token-request-failed', 'account-linking'),
  ],
  'delivery-broken': ({ state, region }) => [`${region}: ${DELIVERY[state]}`, TO_DELIVER[state]],
  'no-directives': ({ region }) => [
    `no directive has come for an hour${region === undefined ? '' : ` in ${region}`}, and the permission is right`,
    "Look at Amazon's status page before anything else.",
  ],
  'token-not-ours': (cause) => [
    `directives come with an access token that we did not issue${counted(cause)}`,
    'Compare the sealing keys of the secret entry with those before the last deploy.',
  ],
  'token-key-missing': (cause) => [
    `${cause.keyId === undefined ? 'a sealing key' : `the sealing key "${cause.keyId}"`}, which tokens name, is not in the secret entry${counted(cause)}`,
    'Put the key back: npm run restore takes a deleted secret entry back. People need do nothing.',
  ],
  'token-unverified': (cause) => [
    `tokens of the maker's authorization server cannot be verified${counted(cause)}`,
    'Compare authorizationServers in the secret entry with the server.',
  ],
  'table-not-answering': () => ['the table does not answer', `Look at DynamoDB in the AWS console. ${PATIENCE}`],
  'account-missing': () => [
    'the table has no row of the account, so there is no session at the device cloud',
    'Sign in on the page /lamps at our address. The link of Alexa stays as it is.',
  ],
  'row-unreadable': () => [
    'the row of the account cannot be opened',
    'Look at the error in the log of skill. If it names a sealing key, put that key back in the secret entry.',
  ],
  'cloud-not-answering': ({ status }, cloud) => [`${cloud} does not serve us${answered(status)}`, PATIENCE],
  'cloud-slow': (_, cloud) => [`${cloud} did not answer in time; it may be slow or down`, PATIENCE],
  'cloud-changed': (_, cloud) => [
    `${cloud} answers in a form that this version does not know`,
    'Compare its answers with lambda/adapters; the client needs an update.',
  ],
  'cloud-rate-limited': (_, cloud) => [`${cloud} asks for fewer requests`, PATIENCE],
  'cloud-session-rejected': (_, cloud) => [
    `${cloud} does not take the session`,
    'Wait: if a password is kept, the next command signs in again. If none is kept, a notice asks for a sign-in.',
  ],
  'needs-sign-in': ({ reason, sessionWorks }, cloud) => [
    sessionWorks
      ? `${cloud} ${REASONS_AHEAD[reason]}; the session still works, until its end`
      : `${cloud} ${REASONS[reason]}`,
    reason === 'locked' ? `Wait an hour; the skill tries by itself. If it lasts: ${SIGN_IN}` : SIGN_IN,
  ],
  'sign-in-waiting': ({ retryAt, attempts }, cloud) => [
    `${cloud} ended the session, and the next sign-in is not before ${toMinute(retryAt)}`,
    attempts > 2 ? LOOK('sign-in-inconclusive', 'skill') : PATIENCE,
  ],
  'lamp-not-listed': (_, cloud) => [
    `${cloud} no longer lists the lamp`,
    'Look in its app: a residence or permission may be gone.',
  ],
  'plug-offline': ({ name, connected, others }) => [
    `"${name}" is offline${others > 0 ? `; ${connected} of ${plugs(others, 'other')} online` : ', and no other plug was read'}`,
    'Check its outlet and wall switch, and press its button.',
  ],
  'plug-without-power': ({ name }) => [
    `"${name}" is offline and shows no light: it seems to have no power`,
    'Check outlet, wall switch and fuse.',
  ],
  'plug-without-wifi': ({ name }) => [
    `"${name}" is offline and its light blinks: it has power and no Wi-Fi`,
    'Move it nearer to the router, or set up its Wi-Fi anew: such plugs usually know 2.4 GHz only.',
  ],
  'plugs-offline': ({ plugs: count, connected }) => [
    `${plugs(count)} offline, ${connected} online`,
    connected === 0
      ? 'Is the internet at home down? Or is the router, the Wi-Fi name or its password new?'
      : 'Look for what these plugs share: an outlet, a fuse, an access point.',
  ],
  'home-internet-down': () => [
    'no plug that was read is online, and nothing else at home reaches the internet',
    'Restart the router; then the internet provider.',
  ],
  'home-wifi-changed': () => [
    'no plug is online, and other things at home are',
    'Is the router, the Wi-Fi name or its password new? Then set up the plugs again; such plugs usually know 2.4 GHz only.',
  ],
  'plug-not-following': (_, cloud) => [
    `${cloud} took the command, and the plug did not follow`,
    'Unplug it, wait ten seconds, and plug it in.',
  ],
  'lamp-dark': ({ level }) => [
    `the plug gives ${level} %, and nobody saw the lamp react`,
    'Check the switch on the lamp itself, then another bulb.',
  ],
  'level-too-low': ({ level }) => [
    `the plug gives ${level} %, and nobody saw light; many bulbs show none at so little`,
    "Try 50 percent. If the lamp is lit then, raise the minimum level in the maker's app.",
  ],
  'answer-late': ({ ms, cloudMs }) => [
    `an answer took ${seconds(ms)}${cloudMs === undefined ? '' : `, ${seconds(cloudMs)} of it the device cloud`}; Alexa waits 8 s, and the lamp may have moved`,
    isMost(cloudMs, ms)
      ? 'Wait: a slow device cloud passes.'
      : 'Look at the duration of the function skill and at its cold starts, in the metrics of AWS.',
  ],
  'answer-malformed': () => ['an answer had not the shape that Alexa takes', LOOK('answer-malformed', 'skill')],
  'button-not-noticed': (_, cloud) => [
    `${cloud} did not notice the button of the plug`,
    'Unplug it, wait ten seconds, and plug it in.',
  ],
  'watch-silent': () => [
    'nobody watches the accounts, so tiles grow old; commands do not need it',
    'Is the schedule of device-watch enabled? Deploy again.',
  ],
  'reports-stuck': ({ oldestSeconds, dead, waiting }) => [
    dead > 0
      ? `${dead} ${dead === 1 ? 'report has' : 'reports have'} failed for good`
      : waiting === undefined
        ? `a report has waited for ${Math.round(oldestSeconds / 60)} minutes`
        : `Alexa was not told how ${waiting} ${waiting === 1 ? 'lamp is' : 'lamps are'} since a change ${Math.round(oldestSeconds / 60)} minutes ago`,
    dead > 0
      ? `Read it in the dead-letter queue. ${LOOK('report-not-delivered', 'report-worker')} Then purge that queue.`
      : LOOK('report-not-delivered', 'report-worker'),
  ],
  'event-grant-revoked': () => [
    'the grant was withdrawn (invalid_grant), so tiles grow old; commands do not need it',
    'Disable and enable the skill once.',
  ],
  'event-client-refused': () => ['Login with Amazon refuses our client (invalid_client)', MESSAGING],
  'lwa-not-answering': () => ['Login with Amazon does not answer, so reports wait; commands do not need it', PATIENCE],
  'events-not-permitted': () => [
    'the gateway says that the skill may not send events',
    'Switch on "Send Alexa Events" on the Permissions page of the developer console.',
  ],
  'event-wrong-stage': () => ['the grant belongs to another stage of the skill', 'Disable and enable the skill once.'],
  'event-refused': () => ['the gateway calls an event malformed: a bug', LOOK('event-refused', 'report-worker')],
  'event-account-unknown': () => [
    'no gateway finds the skill enabled in that Amazon account',
    'If it lasts for a day: disable and enable the skill once.',
  ],
  'event-token-rejected': () => [
    'the gateway refuses tokens that Login with Amazon has just issued',
    'Compare pair 2 of 3 (Alexa Skill Messaging) with the Permissions page: npm run preflight.',
  ],
  'gateway-not-answering': ({ status }) => [
    `the event gateway does not take reports${answered(status)}; commands do not need it`,
    PATIENCE,
  ],
  'tile-stale': ({ acceptedAt }) => [
    `the gateway took the state at ${toMinute(acceptedAt)} (202), and the tile shows another one`,
    "It is on Amazon's side: close and open the Alexa app.",
  ],
};

/** @param cloud what people call the device cloud */
export function wordsOf<Code extends CauseCode>(
  cause: Of<Code>,
  cloud: string,
): { readonly says: string; readonly remedy: string; readonly who: Addressee } {
  const word: (cause: Of<Code>, cloud: string) => Words = WORDS[cause.code];
  const [says, remedy] = word(cause, cloud);
  return { says, remedy, who: CAUSES[cause.code].who };
}

const LINK_STATES: Readonly<Record<EachLink['state'], string>> = {
  live: 'nothing says that it has ended',
  'ended-by-person': 'a person ended it, on our page or with /revoke',
  'ended-for-safety': 'CUT BY US: a code or token of it was shown twice',
  'skill-disabled': 'the skill was disabled in the Alexa app',
  'not-linked': 'Amazon says that the skill is not linked',
  'grant-revoked': 'Amazon has withdrawn its grant, and no use is noted since',
  refused: 'CUT BY US: we refused its refresh (invalid_grant)',
};

/** A link, without saying whose it is. */
export function linkWords(link: EachLink): string {
  const since = link.state === 'live' ? '' : `, ${toMinute(link.since)}`;
  return `made ${toMinute(link.linkedAt)}: ${LINK_STATES[link.state]}${since}`;
}

export function hintWords(hint: Hint): string {
  switch (hint.code) {
    case 'link-lost':
      return `${hint.lost} of ${hint.of} Alexa links ${hint.lost === 1 ? 'has' : 'have'} ended, and another has not: see the list. Whoever used it links again in the Alexa app.`;
    case 'weak-signal':
      return `The Wi-Fi of "${hint.name}" is weak (${hint.rssi} dBm).`;
    case 'firmware-old':
      return `"${hint.name}" has firmware ${hint.firmware}; another plug of its model has ${hint.newer}.`;
    case 'certificate-ends-soon':
      return `Our certificate ends in ${hint.daysLeft} ${hint.daysLeft === 1 ? 'day' : 'days'}${hint.issuer === undefined ? '' : ` (issued by ${hint.issuer})`}. Renew it now.`;
  }
}
