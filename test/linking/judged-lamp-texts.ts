import type { CauseCode } from '../../lambda/domain/diagnosis/causes.ts';
import type { Hop } from '../../lambda/domain/diagnosis/hops.ts';

/**
 * The sentences that the page of lamps shows as facts, judged by hand: which fault each is true of. Whoever adds or changes a sentence judges
 * it here.
 */
export const JUDGED_CAUSES: Readonly<Record<CauseCode, readonly string[]>> = {
  'address-not-answering': ['The address of this skill does not answer.'],
  'sign-in-page-failing': ['The sign-in page of this skill does not work.'],
  'exchange-missing': ['Linking stopped after the sign-in: Alexa did not ask this skill for its access.'],
  'linking-client-refused': [
    'Linking failed: the skill in the Alexa app has another client id or secret than this one.',
  ],
  'exchange-refused': ['Linking failed: this skill refused to give Alexa its access.'],
  'exchange-late': ['Linking failed: this skill answered Alexa too late.'],
  'link-not-taken': ['Linking failed: Alexa did not use the access that it was given.'],
  'grant-missing': ['Alexa has not given this skill the permission to report changes.'],
  'grant-client-refused': ['Amazon does not accept the credentials with which this skill asks to report changes.'],
  'grant-not-answered': ['Amazon did not answer when Alexa was linked, so this skill may not report changes.'],
  'device-held-back': ['Alexa does not know the lamp “Tree 1”.'],
  'speech-not-heard': ['Your tap in the Alexa app arrived here, and your sentence did not.'],
  'not-linked': ['This account is not linked with any Alexa.'],
  'skill-disabled': ['The skill was disabled in the Alexa app.'],
  'alexa-not-linked': ['Amazon says that this skill is no longer linked.'],
  'alexa-grant-revoked': [
    'Amazon has withdrawn the permission to report changes to Alexa.',
    'Amazon has withdrawn the permission of this skill, and Alexa has not used its link since.',
  ],
  'skill-not-enabled': ['The skill is not enabled in the Alexa app.'],
  'alexa-link-expired': ['The Alexa app says that the link has expired.'],
  'link-ended': [
    'Somebody has ended the link with Alexa on a page of this skill.',
    'This skill has ended the link with Alexa for safety, because a secret of it was used twice.',
  ],
  'refresh-refused': ['This skill has refused to renew the access of Alexa.'],
  'refresh-request-refused': ['This skill does not accept the requests with which Alexa renews its access.'],
  'token-not-refreshed': ['Alexa called with an access that had expired, and has not renewed it yet.'],
  'refresh-address-down': [
    'The address of this skill does not answer.',
    'Alexa cannot reach the address of this skill at which it renews its access.',
  ],
  'token-endpoint-failing': ['This skill does not answer as it should when Alexa renews its access.'],
  'canary-failing': ['A link of our own, which is renewed for a test, cannot be renewed.'],
  'delivery-broken': ['Alexa may not call this skill.'],
  'no-directives': ['Alexa has not called this skill in the region of this account in the last hour.'],
  'token-key-missing': ['This skill cannot read the access of Alexa, because a key of its own is missing.'],
  'token-not-ours': ['Alexa called with an access that is not of this skill.'],
  'token-unverified': ['This skill cannot verify the access with which Alexa calls.'],
  'table-not-answering': ['The database of this skill does not answer.'],
  'account-missing': ['This skill has no sign-in to Acme Home for this account.'],
  'row-unreadable': ['This skill cannot read what it keeps of this account.'],
  'cloud-not-answering': ['Acme Home does not answer this skill.'],
  'cloud-changed': ['Acme Home answers in a form that this skill does not understand.'],
  'cloud-rate-limited': ['Acme Home asks this skill to wait.'],
  'cloud-session-rejected': ['Acme Home does not accept the sign-in of this skill at the moment.'],
  'needs-sign-in': [
    'Acme Home does not accept the password that this skill keeps.',
    'Acme Home asks for a two-step code, which only you can get.',
    'Acme Home has locked the account for a while, as it does after failed sign-ins.',
    'Acme Home has ended the sign-in of this skill, and no password is kept.',
    'Acme Home has ended the sign-in of this skill, and a new one takes a two-step code.',
  ],
  'sign-in-waiting': ['This skill has no sign-in at Acme Home that works, and tries again by itself.'],
  'lamp-not-listed': ['Acme Home lists the lamp no longer.'],
  'plug-offline': [
    'The plug of “Lamp 1” is not connected to Acme Home. 2 other plugs of the account are connected.',
    'The plug of “Lamp 1” is not connected to Acme Home.',
  ],
  'plug-without-power': ['The plug of “Lamp 1” has no power: its light is off.'],
  'plug-without-wifi': ['The plug of “Lamp 1” has power and no Wi-Fi: its light blinks.'],
  'plugs-offline': ['3 plugs are not connected to Acme Home.'],
  'home-internet-down': ['None of the plugs is connected, and nothing else at home reaches the internet.'],
  'home-wifi-changed': ['None of the plugs is connected, and other things at home reach the internet.'],
  'plug-not-following': ['Acme Home took the command, and the plug did not follow.'],
  'lamp-dark': ['The plug did what it was told, at 60%, and you did not see the lamp react.'],
  'level-too-low': ['The plug gives 4%, and you did not see light. Many bulbs show none at so little.'],
  'answer-late': [
    'This skill answered Alexa too late. Alexa says then that the lamp does not respond, although it may have moved.',
  ],
  'answer-malformed': ['An answer of this skill to Alexa was malformed.'],
  'button-not-noticed': ['Acme Home did not notice the button of the plug.'],
  'watch-silent': ['This skill does not hear of changes of the lamps at the moment.'],
  'reports-stuck': ['Reports to Alexa wait in this skill.'],
  'event-grant-revoked': ['Amazon has withdrawn the permission to report changes to Alexa.'],
  'event-client-refused': ['Amazon does not accept the credentials with which this skill reports changes.'],
  'lwa-not-answering': ['Amazon does not give this skill access to report changes at the moment.'],
  'events-not-permitted': ['This skill may not report changes to Alexa.'],
  'event-wrong-stage': ['The permission to report changes is for another stage of this skill.'],
  'event-refused': ['Alexa refuses the reports of this skill as malformed.'],
  'event-account-unknown': ['Alexa does not know the account to which this skill reports.'],
  'event-token-rejected': ['Alexa does not accept the access with which this skill reports changes.'],
  'gateway-not-answering': ['Alexa does not take reports of changes at the moment.'],
  'tile-stale': ['Alexa has accepted the right state, and its app shows another one.'],
};

/** When any other sentence is true. `works`: where no fault is at this hop. */
export type Judged = 'always' | 'nothing is wrong' | 'nothing keeps a command from the lamps' | { readonly works: Hop };

export const JUDGED: Readonly<Record<string, Judged>> = {
  'Alexa ok: Called this skill: ….': 'always',
  'This skill ok: It answers, and its data can be read.': { works: 'table' },
  'Acme Home ok: It answers, and this skill is signed in.': { works: 'device-cloud' },
  'Plug and Wi-Fi ok: All plugs are connected.': { works: 'plug' },
  'Bulb and lamp unknown: Only your eyes can tell.': 'always',
  'Reports to the Alexa app ok: Alexa has taken a report of a change in the last day.': 'always',
  'Reports to the Alexa app unknown: Nothing is known of it at the moment.': 'always',
  'Plug and Wi-Fi unknown: Nothing is known of it at the moment.': 'always',
  'Alexa unknown: Whether Alexa hears you shows only when it calls this skill.': 'always',
  'This skill unknown: Nothing is known of it at the moment.': 'always',
  'Acme Home unknown: Nothing is known of it at the moment.': 'always',
  'Everything that can be seen from here works': 'nothing is wrong',
  'If the lamp is dark all the same, its bulb or its own switch may be off. To find out, let it blink.':
    'nothing is wrong',
  'This is what does not work': 'always',
  'This does not work, and keeps no command from the lamps': 'nothing keeps a command from the lamps',
  'Nothing was found that does not work': 'always',
  'Not everything could be looked at. What is grey below is not known.': 'always',
};
