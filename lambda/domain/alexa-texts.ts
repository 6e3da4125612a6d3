import type { AlexaEvidence, LossReason } from './alexa-evidence.ts';

/** The name of the skill in the Alexa app, as in `skill-package/skill.json`. */
export const SKILL_NAME = 'Dimmer Plug Bridge';

/** A password goes with the last link, so a person who enables the skill again has to let us keep it again. */
export const ENABLE_AGAIN = `In the Alexa app, tap More, then Skills & Games, and search for ${SKILL_NAME}. A skill in development is under Your Skills, then Dev. If the skill shows Disable Skill, tap it first. Then tap Enable to Use, sign in on the page that opens, and tick the box "Keep my lamp connected". Nothing else in the app has to change.`;

/** Right in every state: who hears this from Alexa has to link again, and nobody else. */
export const LINK_AGAIN =
  'If Alexa says that your account is not linked, open this skill in the Alexa app and link the account again.';

/** Right where Alexa's half is gone: a sign-in at the device cloud is not enough. */
const LINK_AS_WELL =
  'So Alexa has to be linked again as well: after the sign-in, open this skill in the Alexa app and link the account again.';

/** People try unlinking, and it makes things worse where only the sign-in at the device cloud is missing. */
const LEAVE_ALEXA = 'Please do not unlink or disable anything in the Alexa app because of this message.';
export const LEAVE_ALEXA_ALONE = `${LEAVE_ALEXA} ${LINK_AGAIN}`;

/** What a message about the sign-in at the device cloud says of Alexa. */
export const besidesSignIn = (evidence: AlexaEvidence): string =>
  evidence.state === 'gone'
    ? `${LEAVE_ALEXA} ${alexaEvidenceText(evidence)} ${LINK_AS_WELL}`
    : `${LEAVE_ALEXA_ALONE} ${alexaEvidenceText(evidence)}`;

/** A certain loss, and the sign of it. `at`: a moment as `moment` writes it. */
const LOSSES: Readonly<Record<LossReason, (at: string) => string>> = {
  'skill-disabled': (at) => `The skill was disabled in the Alexa app on ${at}.`,
  'ended-by-person': (at) => `Alexa's link to this skill was ended on ${at}.`,
  'ended-for-safety': (at) =>
    `This skill ended Alexa's link on ${at}, because a secret of the link was used twice. Somebody may have copied it; we do not know that.`,
  'not-linked': (at) => `Amazon said on ${at} that this skill is no longer linked.`,
  'grant-revoked': (at) =>
    `Amazon withdrew this skill's permission to report changes on ${at}, and Alexa has not used its link to this skill since.`,
};

export const lossText = ({ reason, since }: { reason: LossReason; since: string }): string =>
  LOSSES[reason](moment(since));

/** What is known of Alexa's half. A message may be read days later, so the sentence says which 24 hours it means. */
export function alexaEvidenceText(evidence: AlexaEvidence): string {
  if (evidence.state === 'gone') return lossText(evidence);
  return evidence.state === 'used'
    ? 'Alexa has used its link to this skill in the 24 hours before this message.'
    : 'We do not know at the moment whether Alexa can still use its link to this skill.';
}

const MOMENT = new Intl.DateTimeFormat('en-US', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `Sunday, March 1, 2026 (14:05 UTC)`: the reader's time zone is not known. */
export const moment = (iso: string): string => `${MOMENT.format(new Date(iso))} (${iso.slice(11, 16)} UTC)`;

/** `Sunday, March 1, 2026`, in UTC. */
export const dayOf = (iso: string): string => MOMENT.format(new Date(iso));
