/** What is known of Alexa's half of a link, and how it is made again. Shared by pages and mails. */
export const alexa = {
  /** Right in every state: who hears this from Alexa has to link again, and nobody else. */
  linkAgain:
    'If Alexa says that your account is not linked, open this skill in the Alexa app and link the account again.',
  /** A password goes with the last link, so a person who enables the skill again has to let us keep it again. */
  enableAgain: ({ skill, box }: { readonly skill: string; readonly box: string }) =>
    `In the Alexa app, tap More, then Skills & Games, and search for ${skill}. A skill in development is under Your Skills, then Dev. If the skill shows Disable Skill, tap it first. Then tap Enable to Use, sign in on the page that opens, and tick the box "${box}". Nothing else in the app has to change.`,
  /** The same where people sign in at the maker's own server, which keeps no password for us. */
  enableAgainElsewhere: ({ skill }: { readonly skill: string }) =>
    `In the Alexa app, tap More, then Skills & Games, and search for ${skill}. A skill in development is under Your Skills, then Dev. If the skill shows Disable Skill, tap it first. Then tap Enable to Use, and sign in on the page that opens. Nothing else in the app has to change.`,
  /** Right where Alexa's half is gone: a sign-in at the device cloud is not enough. */
  linkAsWell:
    'So Alexa has to be linked again as well: after the sign-in, open this skill in the Alexa app and link the account again.',
  /** People try unlinking, and it makes things worse where only the sign-in at the device cloud is missing. */
  leaveAlone: 'Please do not unlink or disable anything in the Alexa app because of this message.',
  /** A message may be read days later, so the sentence says which 24 hours it means. */
  usedBeforeMessage: 'Alexa has used its link to this skill in the 24 hours before this message.',
  usedLately: 'Alexa has used its link to this skill in the last 24 hours.',
  unknown: 'We do not know at the moment whether Alexa can still use its link to this skill.',
  usedAgain: 'Alexa has used its link to this skill again.',
  linkedAgain: 'Alexa was linked with this skill again.',
  /** A certain loss, and the sign of it. */
  lost: {
    'skill-disabled': ({ at }: { readonly at: string }) => `The skill was disabled in the Alexa app on ${at}.`,
    'ended-by-person': ({ at }: { readonly at: string }) => `Alexa's link to this skill was ended on ${at}.`,
    'ended-for-safety': ({ at }: { readonly at: string }) =>
      `This skill ended Alexa's link on ${at}, because a secret of the link was used twice. Somebody may have copied it; we do not know that.`,
    'not-linked': ({ at }: { readonly at: string }) => `Amazon said on ${at} that this skill is no longer linked.`,
    'grant-revoked': ({ at }: { readonly at: string }) =>
      `Amazon withdrew this skill's permission to report changes on ${at}, and Alexa has not used its link to this skill since.`,
  },
};

export type AlexaTexts = typeof alexa;
