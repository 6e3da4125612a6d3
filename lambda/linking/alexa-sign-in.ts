import * as v from 'valibot';
import type { AlexaEvidence } from '../domain/alexa-evidence.ts';
import { AlexaNoticeId } from '../domain/alexa-link.ts';
import { lossText } from '../domain/alexa-texts.ts';
import { ENGLISH } from './english.ts';
import type { SignInWords } from './pages.ts';
import type { SignInPurpose } from './sign-in-pages.ts';

/** The account that the page is about, and the notice that led to it. */
export const Subject = v.object({ accountId: v.string(), notice: v.exactOptional(AlexaNoticeId) });
export type Subject = v.InferOutput<typeof Subject>;

interface Known {
  /** Masked. */
  readonly account: string;
  readonly evidence: AlexaEvidence;
}

/** @param known absent where no page is shown yet */
export const alexaPurpose = (known: Known | undefined, cloudName: string): SignInPurpose<Subject> => ({
  name: 'alexa',
  subject: Subject,
  action: '/alexa',
  words: alexaWords(known ?? { account: '', evidence: { state: 'unknown' } }, cloudName),
});

export const alexaWords = ({ account, evidence }: Known, cloudName: string): SignInWords => ({
  title: 'Connect Alexa again',
  why: `${heardOf(evidence)} Here you can connect Alexa again with the ${cloudName} account ${account}, without the Alexa app. First sign in with that account, the one you use in the ${cloudName} app. This is not your Amazon account. Then Amazon asks you to allow it.`,
  submit: 'Sign in',
});

function heardOf(evidence: AlexaEvidence): string {
  if (evidence.state === 'gone') return lossText(evidence, ENGLISH);
  return evidence.state === 'used'
    ? 'Alexa has used its link to this skill in the last 24 hours.'
    : 'We do not know at the moment whether Alexa can still use its link to this skill.';
}
