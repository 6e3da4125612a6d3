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
import type { Reader } from '../../lambda/linking/reader.ts';
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
  by: Reader,
): Promise<Response>[] {
  const { cloudName } = form;
  const stages = (['development', 'live'] as const).map((stage) => ({
    cloudName,
    alexaConsent: { authorizeUrl: 'https://www.amazon.com/ap/oa', clientId: async () => 'client', stage },
  }));
  const view = { account, visit: 'dps', attempt };
  // Whoever has just signed in has a session that works, and so has the person with a link that was made then.
  const isSignedIn = session === 'good';
  return [
    signInPage(
      by,
      { ...form, words: alexaWords(by.texts, { account, evidence }, cloudName) },
      { email: '', keep: true },
    ),
    stepsPage(by),
    ...keys(REFUSED).map((kind) => refusedPage(by, kind, attempt, kind === 'link-too-old' ? 'dps' : undefined)),
    ...stages.flatMap((ports) => [
      ...(isSignedIn ? [consentPage(by, view, ports)] : []),
      readyPage(by, view, ports, 'cookie=1'),
      ...keys(NOT_CONNECTED).flatMap((why) =>
        [true, false].map((isDisabled) => notConnectedPage(by, { why, isDisabled, visit: 'dps', attempt }, ports)),
      ),
    ]),
    ...(isSignedIn ? [readyLinkPage(by, { url: LINK, expiresAt: form.now, visit: 'dps', attempt })] : []),
    ...(isSignedIn ? [reauthDonePage(by, attempt, cloudName, 'dps')] : []),
    // Amazon has just said so.
    ...(alexa === 'good'
      ? [undefined, 'Lamp'].map((lamp) =>
          connectedPage(by, { account, lamp, watches: lamp === undefined, attempt }, cloudName),
        )
      : []),
  ];
}
