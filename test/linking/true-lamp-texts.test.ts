import { describe, expect, test } from '@jest/globals';
import { CAUSES, type CauseCode } from '../../lambda/domain/diagnosis/causes.ts';
import { convictions, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';
import type { Evidence } from '../../lambda/domain/diagnosis/evidence.ts';
import { viewOf } from '../../lambda/linking/lamps-view.ts';
import { datesOf } from '../../lambda/texts/dates.ts';
import { en } from '../../lambda/texts/en.ts';
import { es } from '../../lambda/texts/es.ts';
import { fr } from '../../lambda/texts/fr.ts';
import { FAULTS } from '../domain/diagnosis/faults.ts';
import { HEALTHY, NOW } from '../domain/diagnosis/support.ts';
import { VARIANTS } from '../infra/doctor-variants.ts';
import { JUDGED, JUDGED_CAUSES } from './judged-lamp-texts.ts';
import { saidOf, viewsOf, wrongIn, wrongWith } from './true-lamp-support.ts';

test('a healthy chain: no sentence is false', () => expect(wrongIn([])).toEqual([]));

test.each(FAULTS)('$fault: no sentence of the page is false', (fault) => expect(wrongIn([fault])).toEqual([]));

test.each(FAULTS)('$fault: in each language the page says the same, and has a remedy', (fault) => {
  const evidence = { ...HEALTHY, ...fault.evidence };
  const views = viewsOf(evidence);
  const shapes = views.map(({ chain }) => chain.map(({ part, state }) => `${part} ${state}`));
  expect(new Set(shapes.map((shape) => shape.join())).size).toBe(1);
  for (const { verdict } of views) {
    expect(verdict.kind).toBe('broken');
    for (const text of [verdict.what, verdict.remedy, verdict.who]) expect(text).toMatch(/\p{L}{3}.*[.?]?$/u);
  }
  expect(convictions(diagnose(evidence, NOW)).map(({ cause }) => cause.code)).toContain(fault.cause);
});

test.each(VARIANTS)('$fault: no sentence of the page is false', ({ evidence }) => {
  expect(wrongWith({ ...HEALTHY, ...evidence })).toEqual([]);
  expect(wrongWith(evidence)).toEqual([]);
});

test('every cause is shown by some fault, and judged', () => {
  const shown = new Set<CauseCode>(FAULTS.map(({ cause }) => cause));
  expect(Object.keys(CAUSES).filter((code) => !shown.has(code as CauseCode))).toEqual([]);
});

test('every judged sentence is shown', () => {
  const shown = new Set(
    [
      HEALTHY,
      ...VARIANTS.flatMap(({ evidence }) => [evidence, { ...HEALTHY, ...evidence }]),
      ...FAULTS.map(({ evidence }) => ({ ...HEALTHY, ...evidence }) as Evidence),
      {},
    ].flatMap(saidOf),
  );
  const judged = [...Object.keys(JUDGED), ...Object.values(JUDGED_CAUSES).flat()];
  expect(judged.filter((sentence) => !shown.has(sentence))).toEqual([]);
});

describe("a second person's link is lost", () => {
  const [row] = VARIANTS.filter(({ fault }) => fault === "a second person's link is lost");
  const evidence = { ...HEALTHY, ...row?.evidence };
  const said = (isShared: boolean) =>
    [en, es, fr].map(
      (texts) =>
        viewOf(
          { evidence, records: [], answers: {}, blinks: [], now: NOW },
          { texts, cloud: 'Acme Home', skill: 'Bridge', ...(isShared && { isShared }) },
          datesOf(texts.language),
        ).hints,
    );

  test('whoever has signed in reads which one', () => {
    expect(said(false)).toEqual([
      [
        '1 of 2 Alexa links of this account no longer works. It was made on February 8, 2026. Whoever uses it can link again in the Alexa app.',
      ],
      [
        '1 de 2 vínculos de esta cuenta con Alexa ya no funciona. Se creó el 8 de febrero de 2026. Quien lo usa puede vincular de nuevo en la app Alexa.',
      ],
      [
        '1 lien sur 2 de ce compte avec Alexa ne fonctionne plus. Il a été créé le 8 février 2026. La personne qui l’utilise peut associer de nouveau son compte dans l’application Alexa.',
      ],
    ]);
  });

  test('whoever has only the link of a notice does not', () => expect(said(true)).toEqual([[], [], []]));
});
