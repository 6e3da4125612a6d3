import * as v from 'valibot';
import type { AlexaEvidence } from '../domain/alexa-evidence.ts';
import { AlexaNoticeId } from '../domain/alexa-link.ts';
import { lossText } from '../domain/alexa-texts.ts';
import type { Texts } from '../texts/texts.ts';
import type { SignInWords } from './pages.ts';
import type { PagePorts } from './ports.ts';
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
export const alexaPurpose = (known: Known | undefined, { reader, cloudName }: PagePorts): SignInPurpose<Subject> => ({
  name: 'alexa',
  subject: Subject,
  action: '/alexa',
  words: alexaWords(reader.texts, known ?? { account: '', evidence: { state: 'unknown' } }, cloudName),
});

export const alexaWords = (texts: Texts, { account, evidence }: Known, cloud: string): SignInWords => ({
  title: texts.alexaPage.title,
  why: `${heardOf(evidence, texts)} ${texts.alexaPage.why({ cloud, account })}`,
  submit: texts.signIn.submit,
});

function heardOf(evidence: AlexaEvidence, texts: Texts): string {
  if (evidence.state === 'gone') return lossText(evidence, texts);
  return evidence.state === 'used' ? texts.alexa.usedLately : texts.alexa.unknown;
}
