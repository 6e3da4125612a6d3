import type { Reader } from '../../lambda/linking/reader.ts';
import { datesOf } from '../../lambda/texts/dates.ts';
import { en } from '../../lambda/texts/en.ts';
import type { Texts } from '../../lambda/texts/texts.ts';

const MARK = /⟦([^⟧]+)⟧/g;

/** The same object, in which every text is its key between brackets, whatever its values are. */
function marked<Node extends object>(node: Node, path: string): Node {
  return new Proxy(node, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol' || name === 'language') return member;
      const key = path === '' ? name : `${path}.${name}`;
      if (typeof member === 'string') return `⟦${key}⟧`;
      if (typeof member === 'function') return () => `⟦${key}⟧`;
      return typeof member === 'object' && member !== null ? marked(member, key) : member;
    },
  });
}

/** A catalogue that shows which of its texts a page or mail is made of. */
export const MARKED: Texts = marked(en, '');

/** The keys of the texts that something is made of. */
export const keysIn = (text: string): string[] => [...text.matchAll(MARK)].map(([, key = '']) => key);

/** What is there besides the texts of the catalogue. */
export const besidesKeys = (text: string): string => text.replaceAll(MARK, '');

export const reader = (texts: Texts = MARKED): Reader => ({
  texts,
  dates: datesOf('en'),
  about: {
    skill: 'Dimmer Plug Bridge',
    operator: 'Jane Doe',
    privacyUrl: 'https://link.example.org/privacy',
    passwordHelpUrl: 'https://cloud.example.org/',
  },
  address: '/page?t=dps',
  isSwitch: false,
});
