const LONGEST_NAME = 40;
const LONGEST_ADDRESS = 80;

/**
 * A name that somebody else chose, such as a plug's, for a message of ours: one line of letters, digits and simple punctuation, at most 40
 * characters. A longer name ends with an ellipsis. Dots, colons, slashes and at signs go, so that no mail program makes a link of it.
 * @param unreadable what stands there where nothing readable is left
 */
export function plainName(name: string, unreadable: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} '’&()+-]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  if (!/[\p{L}\p{N}]/u.test(plain)) return unreadable;
  const characters = [...plain];
  return characters.length <= LONGEST_NAME
    ? plain
    : `${characters
        .slice(0, LONGEST_NAME - 1)
        .join('')
        .trimEnd()}…`;
}

const LONGEST_OPERATOR = 60;

/**
 * The name of a person or company for a message of ours, such as `Acme, Inc.`: one line, with no dot before a letter, so that no mail program
 * makes a link of it.
 * @returns nothing where nothing readable is left
 */
export function plainOperator(name: string): string | undefined {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} '’&()+.,-]+/gu, ' ')
    .replace(/\.+(?=[\p{L}\p{N}])/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return /[\p{L}\p{N}]/u.test(plain) ? [...plain].slice(0, LONGEST_OPERATOR).join('').trimEnd() : undefined;
}

/** A masked e-mail address for a message of ours: one line, and nothing but what an address is made of. */
export const plainAddress = (masked: string): string =>
  [...masked.replace(/[^\p{L}\p{N}…@._+-]+/gu, '')].slice(0, LONGEST_ADDRESS).join('');
