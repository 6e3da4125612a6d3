import { expect, test } from '@jest/globals';
import { spokenName, understand } from '../../../desk/alexa/sentences.ts';

const lamp = 'bedroom lamp';

test.each([
  { says: 'turn on the bedroom lamp', wish: { kind: 'power', name: lamp, on: true } },
  { says: 'Turn the Bedroom Lamp on.', wish: { kind: 'power', name: lamp, on: true } },
  { says: 'Alexa, turn off the bedroom lamp!', wish: { kind: 'power', name: lamp, on: false } },
  { says: 'hey alexa switch off my bedroom lamp please', wish: { kind: 'power', name: lamp, on: false } },
  { says: 'Alexa, please turn bedroom lamp off', wish: { kind: 'power', name: lamp, on: false } },
  { says: '  TURN   ON  bedroom   lamp ', wish: { kind: 'power', name: lamp, on: true } },
  { says: 'turn on the lamp on the left', wish: { kind: 'power', name: 'lamp on the left', on: true } },
  { says: 'set the bedroom lamp to 30 percent', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'set bedroom lamp to 30%', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'set bedroom lamp to 30 %', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'set bedroom lamp to 30', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'set bedroom lamp to thirty', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'set bedroom lamp to thirty-five percent', wish: { kind: 'set', name: lamp, percent: 35 } },
  { says: 'set bedroom lamp to twenty one percent', wish: { kind: 'set', name: lamp, percent: 21 } },
  { says: 'set bedroom lamp to seventeen', wish: { kind: 'set', name: lamp, percent: 17 } },
  { says: 'set bedroom lamp to one percent', wish: { kind: 'set', name: lamp, percent: 1 } },
  { says: 'set bedroom lamp to zero', wish: { kind: 'set', name: lamp, percent: 0 } },
  { says: 'set bedroom lamp to a hundred percent', wish: { kind: 'set', name: lamp, percent: 100 } },
  { says: 'set bedroom lamp to one hundred', wish: { kind: 'set', name: lamp, percent: 100 } },
  { says: 'set bedroom lamp to 150 percent', wish: { kind: 'set', name: lamp, percent: 150 } },
  { says: 'set the brightness of the bedroom lamp to 40', wish: { kind: 'set', name: lamp, percent: 40 } },
  { says: "set the bedroom lamp's brightness to 40", wish: { kind: 'set', name: lamp, percent: 40 } },
  { says: 'dim the bedroom lamp to 30 percent', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'brighten the bedroom lamp to 80 percent', wish: { kind: 'set', name: lamp, percent: 80 } },
  { says: 'dim the bedroom lamp', wish: { kind: 'adjust', name: lamp, delta: -25 } },
  { says: 'brighten bedroom lamp', wish: { kind: 'adjust', name: lamp, delta: 25 } },
  { says: 'dim the bedroom lamp by 10', wish: { kind: 'adjust', name: lamp, delta: -10 } },
  { says: 'brighten the bedroom lamp by 10 percent', wish: { kind: 'adjust', name: lamp, delta: 10 } },
  { says: 'brighten the bedroom lamp by fifty five percent', wish: { kind: 'adjust', name: lamp, delta: 55 } },
  { says: 'dim lamp 2', wish: { kind: 'adjust', name: 'lamp 2', delta: -25 } },
  { says: 'dim the lamp to the left', wish: { kind: 'adjust', name: 'lamp to the left', delta: -25 } },
  { says: 'is the bedroom lamp on?', wish: { kind: 'ask', name: lamp } },
  { says: 'Alexa, how bright is the bedroom lamp?', wish: { kind: 'ask', name: lamp } },
  { says: 'discover devices', wish: { kind: 'discover' } },
  { says: 'Alexa, discover my devices.', wish: { kind: 'discover' } },
])('"$says"', ({ says, wish }) => {
  expect(understand(says)).toEqual(wish);
});

test.each([
  '',
  '   ',
  'Alexa',
  'Alexa,',
  'play some music',
  'turn on',
  'turn on the',
  'set bedroom lamp',
  'set lamp to blue',
  'turn it',
])('"%s" is not understood', (says) => {
  expect(understand(says)).toBeUndefined();
});

// How people talk when nobody has told them what can be said. A lamp that is not named has the name ''.
const on = (name: string) => ({ kind: 'power', name, on: true });
const off = (name: string) => ({ kind: 'power', name, on: false });
const setTo = (percent: number, name: string) => ({ kind: 'set', name, percent });
const by = (delta: number, name: string) => ({ kind: 'adjust', name, delta });

test.each([
  ['lights off', off('lights')],
  ['lights on', on('lights')],
  ['light out', off('light')],
  ['turn everything off', off('everything')],
  ['turn off all the lights', off('all the lights')],
  ['turn off both lamps', off('both lamps')],
  ['turn everything off except the bedroom lamp', off('everything except the bedroom lamp')],
  ['turn off everything but the bedroom lamp', off('everything but the bedroom lamp')],
  ['switch it off', off('it')],
  ['turn it back on', on('it')],
  ['shut off the bedroom lamp', off(lamp)],
  ['put the bedroom lamp on', on(lamp)],
  ['bedroom lamp on', on(lamp)],
  ['bedroom lamp off please', off(lamp)],
  ['could you turn on the bedroom lamp', on(lamp)],
  ['Could you please turn on the bedroom lamp?', on(lamp)],
  ['can you switch the bedroom lamp off for me', off(lamp)],
  ["I'd like you to turn on the bedroom lamp", on(lamp)],
  ['hey alexa could you please turn off the bedroom lamp now, thanks', off(lamp)],
  ['turn on the bedroom lamp and the reading light', on('bedroom lamp and the reading light')],
  ['turn up', by(25, '')],
  ['turn down', by(-25, '')],
  ['turn it up a bit', by(25, 'it')],
  ['turn up the bedroom lamp', by(25, lamp)],
  ['turn the bedroom lamp down', by(-25, lamp)],
  ['turn the bedroom lamp down by 10', by(-10, lamp)],
  ['turn up the lights by 20 percent', by(20, 'lights')],
  ['brighter', by(25, '')],
  ['a little darker', by(-25, '')],
  ['make it brighter', by(25, 'it')],
  ['make the living room lamp brighter', by(25, 'living room lamp')],
  ['make the bedroom lamp a bit dimmer', by(-25, lamp)],
  ['dim', by(-25, '')],
  ['dim the lights', by(-25, 'lights')],
  ['increase the brightness of the bedroom lamp', by(25, lamp)],
  ['increase the brightness by 10', by(10, '')],
  ['half', setTo(50, '')],
  ['bedroom lamp half', setTo(50, lamp)],
  ['set the bedroom lamp to half', setTo(50, lamp)],
  ['dim the bedroom lamp to half brightness', setTo(50, lamp)],
  ['bedroom lamp full', setTo(100, lamp)],
  ['turn the bedroom lamp to full brightness', setTo(100, lamp)],
  ['set the bedroom lamp to maximum', setTo(100, lamp)],
  ['turn the bedroom lamp all the way up', setTo(100, lamp)],
  ['bedroom lamp 30', setTo(30, lamp)],
  ['bedroom lamp at thirty percent', setTo(30, lamp)],
  ['bedroom lamp to 30%', setTo(30, lamp)],
  ['put the bedroom lamp at 30', setTo(30, lamp)],
  ['turn on the bedroom lamp at 30', setTo(30, lamp)],
  ['make the bedroom lamp 30 percent', setTo(30, lamp)],
  ['change the bedroom lamp to 30', setTo(30, lamp)],
  ['set brightness to 30', setTo(30, '')],
  ['set to 30', setTo(30, '')],
  ['30 percent', setTo(30, '')],
  ['lower the bedroom lamp to 30', setTo(30, lamp)],
  ['dim the reading lamp to forty percent', setTo(40, 'reading lamp')],
  ['I want the bedroom lamp on', on(lamp)],
  ["I'd like the bedroom lamp off please", off(lamp)],
  ['would you mind turning off the bedroom lamp', off(lamp)],
  ['I need more light', by(25, '')],
  ['dim to 20', setTo(20, '')],
  ['brighten to 80 percent', setTo(80, '')],
  ['dim by 10', by(-10, '')],
  ['turn it up by 10', by(10, 'it')],
  ['turn down by 10', by(-10, '')],
  ['set the bedroom lamp to a quarter', setTo(25, lamp)],
  ['bedroom lamp three quarters', setTo(75, lamp)],
  ['what is the bedroom lamp', { kind: 'ask', name: lamp }],
  ['are the lights on?', { kind: 'ask', name: 'lights' }],
])('in English: "%s"', (says, wish) => {
  expect(understand(says)).toEqual(wish);
});

test.each([
  ['Alexa, schalte die Schlafzimmerlampe ein', on('schlafzimmerlampe')],
  ['schalt die Schlafzimmerlampe aus', off('schlafzimmerlampe')],
  ['mach das Licht an', on('licht')],
  ['mach bitte das Licht aus', off('licht')],
  ['Licht aus', off('licht')],
  ['Schlafzimmerlampe an', on('schlafzimmerlampe')],
  ['kannst du das Licht ausschalten', off('licht')],
  ['mach alles aus', off('alles')],
  ['alles aus außer Leselampe', off('alles außer leselampe')],
  ['alle Lampen aus', off('alle lampen')],
  ['dimme die Leselampe auf vierzig Prozent', setTo(40, 'leselampe')],
  ['stell die Leselampe auf fünfunddreißig', setTo(35, 'leselampe')],
  ['Leselampe auf 30 %', setTo(30, 'leselampe')],
  ['Leselampe auf die Hälfte', setTo(50, 'leselampe')],
  ['mach die Stehlampe heller', by(25, 'stehlampe')],
  ['mach es etwas dunkler', by(-25, 'es')],
  ['heller', by(25, '')],
  ['dimme die Stehlampe', by(-25, 'stehlampe')],
  ['ein bisschen heller', by(25, '')],
  ['gib mir mehr Licht', by(25, '')],
  ['etwas weniger Licht', by(-25, '')],
  ['Leselampe halb', setTo(50, 'leselampe')],
  ['mach die Leselampe halb so hell', setTo(50, 'leselampe')],
  ['erhöhe die Helligkeit der Stehlampe um 10 Prozent', by(10, 'stehlampe')],
  ['ist die Stehlampe an?', { kind: 'ask', name: 'stehlampe' }],
  ['suche meine Geräte', { kind: 'discover' }],
])('in German: "%s"', (says, wish) => {
  expect(understand(says)).toEqual(wish);
});

test.each([
  ['Alexa, allume la lampe de la chambre', on('lampe de la chambre')],
  ['éteins la lampe de la chambre', off('lampe de la chambre')],
  ['éteins tout', off('tout')],
  ['tout éteindre', off('tout')],
  ['s’il te plaît, allume la lampe', on('lampe')],
  ['allume toutes les lampes', on('toutes les lampes')],
  ['peux-tu éteindre la lumière s’il te plaît', off('lumière')],
  ['règle la lampe de lecture à quarante pour cent', setTo(40, 'lampe de lecture')],
  ['mets la lampe à 30', setTo(30, 'lampe')],
  ['mets la lampe à soixante-quinze pour cent', setTo(75, 'lampe')],
  ['mets la lampe à la moitié', setTo(50, 'lampe')],
  ['augmente la luminosité de la lampe du salon', by(25, 'lampe du salon')],
  ['baisse la lampe du salon de 10', by(-10, 'lampe du salon')],
  ['plus fort', by(25, '')],
])('in French: "%s"', (says, wish) => {
  expect(understand(says)).toEqual(wish);
});

test.each([
  ['Alexa, enciende la lámpara del dormitorio', on('lámpara del dormitorio')],
  ['apaga todas las luces', off('todas las luces')],
  ['por favor apaga todo', off('todo')],
  ['pon la lámpara de lectura al cuarenta por ciento', setTo(40, 'lámpara de lectura')],
  ['pon la lámpara al treinta y cinco', setTo(35, 'lámpara')],
  ['sube el brillo de la lámpara del salón', by(25, 'lámpara del salón')],
  ['baja la luz', by(-25, 'luz')],
  ['Alexa, accendi la lampada della camera', on('lampada della camera')],
  ['spegni tutto', off('tutto')],
  ['puoi spegnere la luce per favore', off('luce')],
  ['imposta la lampada da lettura al quaranta per cento', setTo(40, 'lampada da lettura')],
  ['metti la lampada al trentacinque', setTo(35, 'lampada')],
  ['aumenta la luminosità della lampada del soggiorno', by(25, 'lampada del soggiorno')],
  ['abbassa la luce', by(-25, 'luce')],
  ['アレクサ、寝室のランプをつけて', on('寝室のランプ')],
  ['寝室のランプを消してください', off('寝室のランプ')],
  ['全部消して', off('全部')],
  ['アレクサ、読書灯を40パーセントにして', setTo(40, '読書灯')],
  ['読書灯を四十パーセントにして', setTo(40, '読書灯')],
  ['読書灯を半分にして', setTo(50, '読書灯')],
  ['アレクサ、リビングのランプを明るくして', by(25, 'リビングのランプ')],
  ['リビングのランプを少し暗くして', by(-25, 'リビングのランプ')],
])('in Spanish, Italian and Japanese: "%s"', (says, wish) => {
  expect(understand(says)).toEqual(wish);
});

test.each([
  { name: 'Bedroom lamp', as: 'bedroom lamp' },
  { name: 'The Lamp', as: 'lamp' },
  { name: "Mom's lamp", as: 'moms lamp' },
  { name: 'Mom’s  Lamp', as: 'moms lamp' },
  { name: 'Küche', as: 'küche' },
])('the device "$name" is compared as "$as"', ({ name, as }) => {
  expect(spokenName(name)).toBe(as);
});
