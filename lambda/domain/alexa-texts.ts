import type { AlexaEvidence } from './alexa-evidence.ts';

/** Right in every state: who hears this from Alexa has to link again, and nobody else. */
export const LINK_AGAIN =
  'If Alexa says that your account is not linked, open this skill in the Alexa app and link the account again.';

/** People try unlinking, and it makes things worse where only the sign-in at the device cloud is missing. */
export const LEAVE_ALEXA_ALONE = `Please do not unlink or disable anything in the Alexa app because of this message. ${LINK_AGAIN}`;

/** What is known of Alexa's half. A message may be read days later, so the sentence says which 24 hours it means. */
export const ALEXA_EVIDENCE: Readonly<Record<AlexaEvidence, string>> = {
  used: 'Alexa has used its link to this skill in the 24 hours before this message.',
  unknown: 'We do not know at the moment whether Alexa can still use its link to this skill.',
};
