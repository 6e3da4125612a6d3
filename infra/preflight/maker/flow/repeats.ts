import type { Answer } from '../../http.ts';
import { inShort } from '../../linking-flow.ts';
import { GRACE } from '../limits.ts';
import type { Observation } from '../observation.ts';
import { type FlowClient, isGood, nextToken } from './client.ts';
import type { Probe } from './probe.ts';

// Practice 2.1: Alexa repeats a refresh whose answer it did not get, and may refresh several times at once.

const AT_ONCE = 6;
const LATE_MS = (GRACE + 1) * 1000;

/** A refresh whose answer is thrown away; some time later, the same again. */
const repeated = (title: string, what: string, waitMs: number): Probe => ({
  title,
  links: 1,
  questions: ['repeat'],
  async run({ client, ports }) {
    const { refreshToken } = await client.link(title);
    const first = await client.refresh(refreshToken);
    await ports.clock.wait(waitMs);
    const second = await client.refresh(refreshToken);
    return [await judge(what, client, refreshToken, [first, second])];
  },
});

export const lateRepeatProbe = repeated(
  'whether a refresh can be repeated half a minute later',
  `a refresh token sent again after ${GRACE + 1} s`,
  LATE_MS,
);
export const repeatProbe = repeated('whether a refresh can be repeated at once', 'a refresh token sent twice', 0);

export const atOnceProbe: Probe = {
  title: 'whether six refreshes at once all succeed',
  links: 1,
  questions: ['repeat'],
  async run({ client }) {
    const { refreshToken } = await client.link(this.title);
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => client.refresh(refreshToken)));
    return [await judge(`a refresh token sent ${AT_ONCE} times at once`, client, refreshToken, answers)];
  },
};

/** An answer that ends no link: Alexa tries again. */
const isTransient = ({ status }: Answer): boolean => status === 429 || status >= 500;

/** What the last good answer brought must work: it is what Alexa keeps. */
async function judge(what: string, client: FlowClient, sent: string, answers: readonly Answer[]): Promise<Observation> {
  const base = { question: 'repeat', what, wanted: 'every answer is good, and the link lives' } as const;
  const bad = (seen: string): Observation => ({
    ...base,
    outcome: 'bad',
    seen,
    why: 'a refresh that Alexa repeats, because its answer was lost or two ran at once, ends the link',
    remedy: { text: `Switch rotation of refresh tokens off, or accept the one before for ${GRACE} s at least.` },
  });
  const ended = answers.find(({ json }) => json?.error === 'invalid_grant');
  if (ended) return bad(inShort(ended));
  const kept = answers.filter(isGood).at(-1);
  const after = await client.refresh(kept ? nextToken(kept, sent) : sent);
  if (!isGood(after)) return bad(`${inShort(answers.at(-1) ?? after)}, and the refresh after it ${inShort(after)}`);
  const refused = answers.find((answer) => !isGood(answer) && !isTransient(answer));
  if (!refused) return { ...base, outcome: 'good', seen: 'works' };
  const count = answers.filter((answer) => !isGood(answer)).length;
  return {
    ...base,
    outcome: 'advice',
    seen: `${count} of ${answers.length} answered with ${inShort(refused)}; the link lives`,
    why: `${count} of ${answers.length} refreshes with one token are answered with ${inShort(refused)}, and no document says what Alexa does then`,
    remedy: { text: 'Answer with 503 where a refresh could not be served now.' },
  };
}
