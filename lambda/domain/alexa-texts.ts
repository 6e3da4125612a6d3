import { datesOf } from '../texts/dates.ts';
import type { Texts } from '../texts/texts.ts';
import type { AlexaEvidence, LossReason } from './alexa-evidence.ts';

/** The name of the skill in the Alexa app, as in `skill-package/skill.json`. */
export const SKILL_NAME = 'Dimmer Plug Bridge';

export const keepSkillEnabledText = ({ alexa }: Texts): string => `${alexa.leaveAlone} ${alexa.linkAgain}`;

/** What a message about the sign-in at the device cloud says of Alexa. */
export const alexaPartText = (evidence: AlexaEvidence, texts: Texts): string =>
  evidence.state === 'gone'
    ? `${texts.alexa.leaveAlone} ${alexaEvidenceText(evidence, texts)} ${texts.alexa.linkAsWell}`
    : `${keepSkillEnabledText(texts)} ${alexaEvidenceText(evidence, texts)}`;

/** A certain loss, and the sign of it. */
export const lossText = (
  { reason, since }: { readonly reason: LossReason; readonly since: string },
  { language, alexa }: Texts,
): string => alexa.lost[reason]({ at: datesOf(language).moment(new Date(since)) });

/** What is known of Alexa's half, in a message. */
export function alexaEvidenceText(evidence: AlexaEvidence, texts: Texts): string {
  if (evidence.state === 'gone') return lossText(evidence, texts);
  return evidence.state === 'used' ? texts.alexa.usedBeforeMessage : texts.alexa.unknown;
}
