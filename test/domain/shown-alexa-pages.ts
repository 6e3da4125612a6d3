import type { AlexaEvidence } from '../../lambda/domain/alexa-evidence.ts';
import {
  connectedPage,
  consentPage,
  notConnectedPage,
  readyLinkPage,
  readyPage,
  refusedPage,
  stepsPage,
} from '../../lambda/linking/alexa-pages.ts';
import type { AlexaPageRefusal, NotConnected } from '../../lambda/linking/alexa-refusals.ts';
import { alexaWords } from '../../lambda/linking/alexa-sign-in.ts';
import { type FormOptions, signInPage } from '../../lambda/linking/pages.ts';
import { reauthDonePage } from '../../lambda/linking/reauth-pages.ts';
import type { State } from './shown-texts.ts';

const NOT_CONNECTED: Readonly<Record<NotConnected, true>> = {
  denied: true,
  'amazon-unavailable': true,
  'request-refused': true,
  'consent-ended': true,
  'not-permitted': true,
  'link-refused': true,
  'linked-before': true,
  busy: true,
  unknown: true,
};
const REFUSED: Readonly<Record<AlexaPageRefusal, true>> = {
  'no-link': true,
  used: true,
  closed: true,
  'link-too-old': true,
  'ready-used': true,
  'ready-too-old': true,
  'too-long-ago': true,
  'other-browser': true,
  malformed: true,
  'too-many': true,
};
const keys = <Key extends string>(of: Readonly<Record<Key, unknown>>): Key[] => Object.keys(of) as Key[];

const attempt = '123456';
const LINK = 'https://link.example.org/alexa?t=dps';

/** The pages that connect Alexa again, as this state can show them while so much is known of Alexa's half. */
export function alexaPagesIn(
  { session, alexa }: State,
  evidence: AlexaEvidence,
  account: string,
  form: Omit<FormOptions, 'words'>,
): Promise<Response>[] {
  const { cloudName } = form;
  const stages = (['development', 'live'] as const).map((stage) => ({
    cloudName,
    alexaConsent: { authorizeUrl: 'https://www.amazon.com/ap/oa', clientId: async () => 'client', stage },
  }));
  const view = { account, visit: 'dps', attempt };
  const visit = { id: 'visit', accountId: 'account-1', account };
  const since = form.now.toISOString();
  const connected = (watches: boolean) => ({
    attempt,
    browser: 'browser',
    startedAt: since,
    subject: { visit, visitSince: since, verifier: 'v', redirectUri: LINK, watches, replaces: false },
  });
  const devices = { list: () => Promise.reject(new Error('the table does not answer')) };
  const noDevices = { ...devices, list: async () => [] };
  // Whoever has just signed in has a session that works, and so has the person with a link that was made then.
  const isSignedIn = session === 'good';
  return [
    signInPage({ ...form, words: alexaWords({ account, evidence }, cloudName) }, { email: '', keep: true }),
    stepsPage(),
    ...keys(REFUSED).map((kind) => refusedPage(kind, attempt, kind === 'link-too-old' ? 'dps' : undefined)),
    ...stages.flatMap((ports) => [
      ...(isSignedIn ? [true, false].map((mayInvite) => consentPage({ ...view, mayInvite }, ports)) : []),
      readyPage(view, ports, 'cookie=1'),
      ...keys(NOT_CONNECTED).flatMap((why) =>
        [true, false].map((isDisabled) => notConnectedPage({ why, isDisabled, visit: 'dps', attempt }, ports)),
      ),
    ]),
    ...(isSignedIn ? [readyLinkPage({ url: LINK, expiresAt: form.now, visit: 'dps', attempt })] : []),
    ...(isSignedIn ? [reauthDonePage(attempt, cloudName, 'dps')] : []),
    // Amazon has just said so.
    ...(alexa === 'good'
      ? [true, false].map((watches) => connectedPage(connected(watches), { devices: noDevices, cloudName }))
      : []),
  ];
}
