import { describe, expect, test } from '@jest/globals';
import { type Shown, STATES, shownIn } from './shown-texts.ts';
import { type Condition, HOLDS, type Judgements, TRUE_WHEN } from './true-texts.ts';

/** What is wrong with the sentences that are shown: nobody has judged them, or they are false in the state that shows them. */
function wrongAmong(shown: readonly Shown[], judgements: Judgements): string[] {
  const judged = new Map(
    (Object.entries(judgements) as [Condition, readonly string[]][]).flatMap(([condition, sentences]) =>
      sentences.map((sentence) => [sentence, condition] as const),
    ),
  );
  return shown.flatMap(({ sentence, state, evidence }) => {
    const condition = judged.get(sentence);
    if (condition === undefined) return [`not judged: ${sentence}`];
    if (HOLDS[condition]({ state, evidence })) return [];
    const { session, alexa, grant } = state;
    return [`false with session ${session}, Alexa ${alexa}, grant ${grant}: ${sentence}`];
  });
}

const named = STATES.map((state) => ({ ...state, state }));

test('there are twelve states', () => {
  expect(STATES).toHaveLength(12);
});

test.each(named)(
  'session $session, Alexa $alexa, grant $grant: no sentence of a notice or page is false',
  async ({ state }) => {
    const shown = await shownIn(state);
    expect(shown.length).toBeGreaterThan(100);
    expect(wrongAmong(shown, TRUE_WHEN)).toEqual([]);
  },
);

test('every judged sentence is shown in some state, and judged once', async () => {
  const shown = new Set((await Promise.all(STATES.map(shownIn))).flat().map(({ sentence }) => sentence));
  const judged = Object.values(TRUE_WHEN).flat();
  expect(judged.filter((sentence) => !shown.has(sentence))).toEqual([]);
  expect(judged).toHaveLength(new Set(judged).size);
});

/** Claims that nothing proves, in the words that once stood here and their like. */
const UNPROVEN =
  /voice (still )?works|link\b.* (is|stays) (fine|good)|alexa (is(?! no longer)|are|stays|works)|alexa are fine|all is well|nothing (else )?to do(?! with)|need not do anything|react to alexa (again|until)|alexa has let go/i;

/** A question, and what Amazon has just answered to it, claim nothing of our own. */
const REPORTED = /whether Alexa is|^Amazon says that/;

test('no sentence claims that all is well, that voice works, or that the link to Alexa is fine or lost', () => {
  expect(
    Object.values(TRUE_WHEN)
      .flat()
      .filter((sentence) => UNPROVEN.test(sentence) && !REPORTED.test(sentence)),
  ).toEqual([]);
});

/** Words for a loss, which a certain sign must prove. */
const LOSS = /no longer linked|not linked any|has let go|alexa cannot (switch|use)|link is (gone|broken|lost)/i;

test('only sentences that are judged so say that Alexa has lost its link', () => {
  const { "Alexa's half is gone": gone, "Alexa's half is gone, and so is the grant": both, ...others } = TRUE_WHEN;
  expect(
    Object.values(others)
      .flat()
      .filter((sentence) => LOSS.test(sentence)),
  ).toEqual([
    'Alexa cannot switch the missing plugs.', // not listed by the device cloud
  ]);
  expect([...gone, ...both].filter((sentence) => LOSS.test(sentence)).length).toBeGreaterThan(2);
});

describe('a wrong sentence is caught', () => {
  const [state] = STATES.filter(({ alexa }) => alexa === 'gone');
  if (!state) throw new Error('no state in which Alexa has let go');
  const wrong: readonly { sentence: string; condition: Condition }[] = [
    { sentence: 'The link to Alexa is fine.', condition: "Alexa's half is good" },
    { sentence: 'Voice works.', condition: "Alexa's half is good" },
    { sentence: 'Alexa stays linked.', condition: "Alexa's half is good" },
    { sentence: 'The account and Alexa are fine.', condition: "Alexa's half is good" },
    { sentence: 'The lamps go on reacting to Alexa until Friday.', condition: "Alexa's half is good" },
    { sentence: 'The Alexa app no longer hears of changes.', condition: 'the grant is gone' },
    { sentence: 'The lamps do not react.', condition: 'the session is bad' },
    { sentence: 'Alexa is no longer linked.', condition: "Alexa's half is gone" },
  ];
  const shown = ({ sentence }: { sentence: string }): Shown => ({ sentence, state, evidence: { state: 'unknown' } });

  test.each(wrong)('$sentence, where it is false', ({ sentence, condition }) => {
    const judgements = { ...TRUE_WHEN, [condition]: [...TRUE_WHEN[condition], sentence] };
    expect(wrongAmong([shown({ sentence })], judgements)).toEqual([
      `false with session good, Alexa gone, grant good: ${sentence}`,
    ]);
  });

  test.each(wrong)('$sentence, where nobody has judged it', ({ sentence }) => {
    expect(wrongAmong([shown({ sentence })], TRUE_WHEN)).toEqual([`not judged: ${sentence}`]);
  });

  test('a claim about Alexa, where what is known is nothing', () => {
    const [unknown] = STATES.filter(({ alexa }) => alexa === 'unknown');
    if (!unknown) throw new Error('no state in which nothing is known');
    const sentence = 'Alexa has used its link to this skill in the 24 hours before this message.';
    expect(wrongAmong([{ sentence, state: unknown, evidence: { state: 'unknown' } }], TRUE_WHEN)).toHaveLength(1);
  });

  test.each([
    'The link to Alexa is fine.',
    'Voice works.',
    'Alexa stays linked.',
    'All is well',
    'Nothing else to do.',
  ])('%s, however it was judged', (sentence) => {
    expect(sentence).toMatch(UNPROVEN);
  });
});
