import { type Language, numbersBy, patternsOf, TO } from './language.ts';

const ones =
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve'.split(
    ' ',
  );
const tens = 'treinta cuarenta cincuenta sesenta setenta ochenta noventa'.split(' ');

function spell(value: number): string {
  if (value === 100) return 'cien';
  if (value < 30) return ones[value] ?? '';
  const ten = tens[Math.floor(value / 10) - 3] ?? '';
  return value % 10 === 0 ? ten : `${ten} y ${ones[value % 10]}`;
}

const numbers = numbersBy(spell, (value) => (value === 100 ? 'ciento' : spell(value)));
const SET = '(?:pon|poner|ajusta|ajustar|regula|atenúa|baja|bajar|sube|subir|cambia)';

export const spanish: Language = {
  numbers,
  politeness: [/^(?:puedes|podrías|puede) /u, /^por favor,? /, /,? (?:por favor|ahora|gracias)$/],
  patterns: patternsOf('por ciento|porciento', numbers, [
    ['discover', '(?:busca|buscar|descubre|encuentra) (?:mis |los |nuevos )*(?:dispositivos|aparatos)'],
    ['half', `${SET} X (?:a la mitad|a medias)`],
    ['full', `${SET} X al (?:máximo|tope)`],
    ['low', `${SET} X al mínimo`],
    ['down', '(?:baja|bajar|reduce|reducir|disminuye|atenúa) X (?:en )?(?:un )?N'],
    ['up', '(?:sube|subir|aumenta|aumentar) X (?:en )?(?:un )?N'],
    ['set', `${SET} X (?:al|a) N`],
    ['on', '(?:enciende|encender|prende|prender) X'],
    ['off', '(?:apaga|apagar) X'],
    ['up', '(?:sube|subir|aumenta|aumentar) X'],
    ['down', '(?:baja|bajar|reduce|atenúa|atenuar|disminuye) X'],
    ['up', '(?:sube|aumenta|(?:un poco )?más (?:luz|brillo|fuerte))'],
    ['down', '(?:baja|(?:un poco )?menos (?:luz|brillo|fuerte))'],
    ['ask', '(?:está|están) X (?:encendid[oa]s?|apagad[oa]s?)'],
    ['ask', '(?:está|están) (?:encendid[oa]s?|apagad[oa]s?) X'],
    ['half', '(?:a la )?mitad'],
    ['half', 'X a la mitad'],
    ['full', 'al máximo'],
    ['low', 'al mínimo'],
    ['on', 'X encendid[oa]s?'],
    ['off', 'X apagad[oa]s?'],
  ]),
  bare: patternsOf('por ciento|porciento', numbers, [
    ['set', `(?:${TO} )?N`],
    ['set', `X (?:${TO} )?N`],
  ]),
};
