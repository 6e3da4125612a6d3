/** Control and format characters: terminal escapes, line breaks, right-to-left marks, zero-width characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/**
 * One line of text that a terminal shows as it is. Logs, servers and device names carry text of strangers, and a terminal obeys
 * escape sequences in it: they can hide a line, or pretend to be another one.
 */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, ' ');

/** The same for JSON: such characters become `\uXXXX`, so that nothing is lost. Line breaks and indents of the JSON itself stay. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped))
    .join('\n');

const escaped = (character: string): string =>
  [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
