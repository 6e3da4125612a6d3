import { describe, expect, test } from '@jest/globals';
import { en } from '../../lambda/texts/en.ts';
import { es } from '../../lambda/texts/es.ts';
import { fr } from '../../lambda/texts/fr.ts';
import { fill, fillings, leavesOf, namesIn } from '../texts/catalogue.ts';
import { besidesCatalogues, type Shown, STATES, shownIn } from './shown-texts.ts';
import { type Condition, HOLDS, type Judgements, TRUE_WHEN } from './true-texts.ts';

/** What is wrong with the texts that are shown: nobody has judged them, or they are false in the state that shows them. */
function wrongAmong(shown: readonly Shown[], judgements: Judgements): string[] {
  const judged = new Map(
    (Object.entries(judgements) as [Condition, readonly string[]][]).flatMap(([condition, keys]) =>
      keys.map((key) => [key, condition] as const),
    ),
  );
  return shown.flatMap(({ key, state, evidence }) => {
    const condition = judged.get(key);
    if (condition === undefined) return [`not judged: ${key}`];
    if (HOLDS[condition]({ state, evidence })) return [];
    const { session, alexa, grant } = state;
    return [`false with session ${session}, Alexa ${alexa}, grant ${grant}: ${key}`];
  });
}

/** What each state can show. */
const everything = Promise.all(STATES.map(async (state) => [state, await shownIn(state)] as const)).then(
  (entries) => new Map(entries),
);

const named = STATES.map((state) => ({ ...state, state }));

/**
 * The texts to judge, but those of the page of lamps, which are more than these states show: `test/linking/true-lamp-texts.test.ts` judges
 * each by the faults that lead to it.
 */
const judgedLeaves = (texts: typeof en) => [...leavesOf(texts)].filter(([key]) => !key.startsWith('lamps.'));

test('there are twelve states', () => {
  expect(STATES).toHaveLength(12);
});

test.each(named)(
  'session $session, Alexa $alexa, grant $grant: no text of a notice, mail or page is false',
  async ({ state }) => {
    const shown = (await everything).get(state) ?? [];
    expect(shown.length).toBeGreaterThan(100);
    expect(wrongAmong(shown, TRUE_WHEN)).toEqual([]);
  },
);

test('every text of the catalogues is judged, once, and shown in some state', async () => {
  const shown = new Set([...(await everything).values()].flat().map(({ key }) => key));
  const judged = Object.values(TRUE_WHEN).flat();
  const ofLamps = [...shown].filter((key) => key.startsWith('lamps.'));
  const keys = [...judgedLeaves(en).map(([key]) => key), ...ofLamps];
  expect(judged.toSorted()).toEqual(keys.toSorted());
  // It is a value of other texts.
  expect(keys.filter((key) => !shown.has(key))).toEqual(['notices.unreadableName']);
});

test('pages, mails and notices say nothing that is not in the catalogues, but addresses and what only developers read', async () => {
  const [state = { session: 'good', alexa: 'good', grant: 'good' }] = STATES;
  expect(await besidesCatalogues(state)).toEqual([
    'Acme Home',
    'Alexa',
    'Bedroom lamp',
    'Desk lamp',
    'Developer: copy the pair from the Permissions page of the Alexa developer console into the secrets. No grant was deleted because of this.',
    'Developer: look at the device cloud for why it refuses them. It may want another audience or scope, lack a key of the authorization server, or have closed the account. The log of skill names the account: directive-failed with SessionRejected.',
    'Developer: switch on "Send Alexa Events" on the Permissions page of the Alexa developer console. No grant was deleted because of this.',
    'Developer: this is a bug. Look for event-refused in the log of report-worker.',
    'Hall',
    'Lamps and Alexa: Amazon refuses the messaging credentials (developer)',
    'Lamps and Alexa: the device cloud refuses access tokens (developer)',
    'Lamps and Alexa: the event gateway refused a report (developer)',
    'Lamps and Alexa: the event gateway refuses all events (developer)',
    "Login with Amazon refuses this skill's Alexa Skill Messaging client id or secret, so no change is reported for any account.",
    "Login with Amazon takes the skill's messaging credentials again.",
    'The Alexa event gateway answered that a report is malformed (Lamp) for the account m…y@example.org. The Alexa app may show an old state.',
    'The Alexa event gateway answers that this skill may not send events (INSUFFICIENT_PERMISSION_EXCEPTION), so no change is reported.',
    'The device cloud takes access tokens again of an account whose tokens it had refused.',
    'The event gateway takes events of this skill again.',
    'The event gateway takes reports again for the account m…y@example.org.',
    'Within an hour the device cloud refused three access tokens of one account that Alexa brought, although this skill could verify them. Those directives failed. No link was ended because of this.',
    'https://link.example.org/alexa?t=dps',
    'https://link.example.org/connections',
    'https://link.example.org/notices',
    'https://link.example.org/notices/confirm',
    'https://link.example.org/reauth?t=dps',
    'm…y@example.org',
  ]);
});

/** Every way in which a text can be filled in. */
const wordings = (texts: typeof en): readonly { readonly key: string; readonly text: string }[] =>
  judgedLeaves(texts).flatMap(([key, leaf]) =>
    fillings(namesIn(leaf)).map((values) => ({ key, text: fill(leaf, values) })),
  );

/** Claims that nothing proves, in the words that once stood here and their like. */
const UNPROVEN = {
  en: /voice (still )?works|link\b.* (is|stays) (fine|good)|alexa (is(?! (no longer|still connected|connected now))|are|stays|works)|alexa are fine|all is well|nothing (else )?to do(?! with)|need not do anything|react to alexa (again|until)|alexa has let go/i,
  es: /(la voz|alexa) (todavía |aún )?funciona|vínculo\b.* (está|sigue) bien|alexa (está(?! no)|sigue(?! conectada)) |todo está bien|responden a alexa (de nuevo|hasta)/i,
  fr: /(la voix|alexa) fonctionne|association\b.* (est|reste) (bonne|intacte)|alexa (est(?! (encore connectée|maintenant connectée))|reste) |tout va bien|réagissent à alexa (de nouveau|jusqu)/i,
};

/** A question, and what Amazon has just answered to it, claim nothing of our own. */
const REPORTED = /^alexaPage\.(notConnected|watch|connected\.watches)/;

test.each([
  { language: 'en', texts: en, unproven: UNPROVEN.en },
  { language: 'es', texts: es, unproven: UNPROVEN.es },
  { language: 'fr', texts: fr, unproven: UNPROVEN.fr },
])(
  'no text of $language claims that all is well, that voice works, or that the link to Alexa is fine or lost',
  ({ texts, unproven }) => {
    expect(wordings(texts).filter(({ key, text }) => unproven.test(text) && !REPORTED.test(key))).toEqual([]);
  },
);

/** Words for a loss, which a certain sign must prove. */
const LOSS = /no longer linked|not linked any|has let go|alexa cannot (switch|use)|link is (gone|broken|lost)/i;

test('only texts that are judged so say that Alexa has lost its link', () => {
  const { "Alexa's half is gone": gone, "Alexa's half is gone, and so is the grant": both } = TRUE_WHEN;
  const keys = [
    ...new Set(
      wordings(en)
        .filter(({ text }) => LOSS.test(text))
        .map(({ key }) => key),
    ),
  ];
  const proven = new Set([...gone, ...both]);
  expect(keys.filter((key) => !proven.has(key))).toEqual([
    'notices.causes.devices-missing.what', // Alexa cannot switch the missing plugs: the device cloud does not list them
  ]);
  expect(keys.filter((key) => proven.has(key)).length).toBeGreaterThan(2);
});

describe('a wrong text is caught', () => {
  const [state] = STATES.filter(({ alexa }) => alexa === 'gone');
  if (!state) throw new Error('no state in which Alexa has let go');
  const wrong: readonly { key: string; condition: Condition }[] = [
    { key: 'alexa.linkIsFine', condition: "Alexa's half is good" },
    { key: 'notices.appIsBlind', condition: 'the grant is gone' },
    { key: 'notices.lampsAreDark', condition: 'the session is bad' },
    { key: 'notices.noLongerLinked', condition: "Alexa's half is gone" },
  ];
  const shown = ({ key }: { key: string }): Shown => ({ key, state, evidence: { state: 'unknown' } });

  test.each(wrong)('$key, where it is false', ({ key, condition }) => {
    const judgements = { ...TRUE_WHEN, [condition]: [...TRUE_WHEN[condition], key] };
    expect(wrongAmong([shown({ key })], judgements)).toEqual([
      `false with session good, Alexa gone, grant good: ${key}`,
    ]);
  });

  test.each(wrong)('$key, where nobody has judged it', ({ key }) => {
    expect(wrongAmong([shown({ key })], TRUE_WHEN)).toEqual([`not judged: ${key}`]);
  });

  test('a claim about Alexa, where what is known is nothing', () => {
    const [unknown] = STATES.filter(({ alexa }) => alexa === 'unknown');
    if (!unknown) throw new Error('no state in which nothing is known');
    const key = 'alexa.usedBeforeMessage';
    expect(wrongAmong([{ key, state: unknown, evidence: { state: 'unknown' } }], TRUE_WHEN)).toHaveLength(1);
  });

  test.each([
    'The link to Alexa is fine.',
    'Voice works.',
    'Alexa stays linked.',
    'The account and Alexa are fine.',
    'The lamps go on reacting to Alexa until Friday. Alexa is fine.',
    'All is well',
    'Nothing else to do.',
  ])('%s, however it was judged', (sentence) => {
    expect(sentence).toMatch(UNPROVEN.en);
  });

  test.each([
    { sentence: 'Todo está bien.', unproven: UNPROVEN.es },
    { sentence: 'La voz todavía funciona.', unproven: UNPROVEN.es },
    { sentence: 'El vínculo con Alexa está bien.', unproven: UNPROVEN.es },
    { sentence: 'Tout va bien.', unproven: UNPROVEN.fr },
    { sentence: 'Alexa fonctionne.', unproven: UNPROVEN.fr },
    { sentence: 'L’association avec Alexa est bonne.', unproven: UNPROVEN.fr },
  ])('$sentence, however it was judged', ({ sentence, unproven }) => {
    expect(sentence).toMatch(unproven);
  });
});
