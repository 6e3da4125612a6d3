import type { Answer } from '../../http.ts';
import { inShort } from '../../linking-flow.ts';
import { unseen } from '../conclude.ts';
import type { Observation } from '../observation.ts';
import { isGood, LinkNotMade, newChallenge } from './client.ts';
import type { Probe, ProbeContext } from './probe.ts';

// A code works once (RFC 6749 section 4.1.2), and with the verifier of its challenge only (RFC 7636, RFC 9700 section 2.1.1).

/** The server rightly ends the link then, and may end others: this one comes last. */
export const codeReplayProbe: Probe = {
  title: 'whether a code works once only',
  links: 1,
  questions: ['code-once'],
  async run({ client, ports }) {
    const { asked, proof } = ports.pkce ? newChallenge() : { asked: {}, proof: {} };
    const code = await client.authorize(this.title, asked);
    const first = await client.exchange(code, proof);
    if (!isGood(first)) throw new Error(`the code was answered with ${inShort(first)}`);
    const second = await client.exchange(code, proof);
    const base = {
      question: 'code-once',
      what: 'a code sent again',
      seen: inShort(second),
      wanted: '400 invalid_grant',
    } as const;
    if (isGood(second)) {
      const why = 'a code works more than once, so whoever reads one from a log or a history can use it';
      const text =
        'Accept a code once, by one conditional write, and end what the first use issued when it comes again.';
      return [{ ...base, outcome: 'bad', seen: 'gives tokens', why, remedy: { text } }];
    }
    if (second.status < 500) return [{ ...base, outcome: 'good' }];
    const why = `a code that was used is answered with ${inShort(second)}, which sounds like an outage`;
    return [{ ...base, outcome: 'advice', why, remedy: { text: 'Answer 400 invalid_grant.' } }];
  },
};

/** One sign-in for each, since a wrong request may use up the code. */
export const pkceProbe: Probe = {
  title: 'whether PKCE is kept',
  links: 3,
  linksWithPkce: 2,
  questions: ['pkce'],
  async run(context) {
    const { asked } = newChallenge();
    const other = newChallenge().proof;
    try {
      const wrong = await codeWith(context, 'a wrong verifier', asked, other);
      const absent = await codeWith(context, 'no verifier', asked, {});
      // Where PKCE is required, there is no code without a challenge.
      const unasked = context.ports.pkce
        ? undefined
        : await codeWith(context, 'a verifier without a challenge', {}, other);
      return [judgePkce(context, wrong, absent, unasked)];
    } catch (error) {
      if (!(error instanceof LinkNotMade)) throw error;
      return [unseen('pkce', error.message)];
    }
  },
};

async function codeWith(
  { client }: ProbeContext,
  what: string,
  asked: Readonly<Record<string, string>>,
  proof: Readonly<Record<string, string>>,
): Promise<Answer> {
  return await client.exchange(await client.authorize(`whether PKCE is kept: ${what}`, asked), proof);
}

function judgePkce(
  { discovery: { challengeMethods }, ports }: ProbeContext,
  wrong: Answer,
  absent: Answer,
  unasked: Answer | undefined,
): Observation {
  const base = {
    question: 'pkce',
    what: 'code verifiers',
    wanted: 'refused unless they are those of the challenge',
  } as const;
  const accepted = [
    ...(isGood(wrong) ? ['a wrong verifier'] : []),
    ...(isGood(absent) ? ['no verifier'] : []),
    ...(unasked && isGood(unasked) ? ['a verifier without a challenge'] : []),
  ];
  const seen = accepted.length === 0 ? 'wrong and absent ones are refused' : `accepted: ${accepted.join(', ')}`;
  if (accepted.length === 0) return { ...base, outcome: 'good', seen };
  const text = 'Compare the verifier with the challenge (S256), and refuse a request that has only one of the two.';
  const remedy = { text };
  // A server that has no PKCE at all ignores all its parameters; Alexa authenticates with its secret then.
  if (accepted[0] === 'a wrong verifier' && !challengeMethods && !ports.pkce) {
    const why =
      'the server does not look at PKCE, so leave it switched off at Amazon, where codes are bound by the client secret alone';
    return { ...base, outcome: 'advice', seen, why, remedy };
  }
  if (accepted.length === 1 && accepted[0] === 'a verifier without a challenge') {
    const why = 'a request that was stripped of its challenge is not noticed (PKCE downgrade, RFC 9700 section 4.8)';
    return { ...base, outcome: 'advice', seen, why, remedy };
  }
  const why = `a code is given out for ${accepted[0]}, so a stolen code can be used`;
  return { ...base, outcome: 'bad', seen, why, remedy };
}
