/** An element's text, or its children by name; a list is an element of `member`s. */
export type Element = string | { readonly [name: string]: readonly Element[] };

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** Reads answers of AWS's Query protocol: elements and text, without attributes. @throws on anything else */
export function readXml(text: string): Element {
  const tokens = text.matchAll(/<\?[\s\S]*?\?>|<(\/?)([\w:.-]+)[^<>]*?(\/?)>|([^<]+)/g);
  const root: Open = { name: '', children: {}, text: '' };
  const open: Open[] = [root];
  for (const [, closing, name, empty, words] of tokens) {
    const top = open.at(-1) ?? root;
    if (words !== undefined) top.text += decoded(words);
    if (name === undefined) continue;
    if (!closing) open.push({ name, children: {}, text: '' });
    if (!(closing || empty)) continue;
    const closed = open.pop() ?? root;
    const parent = open.at(-1);
    if (closed.name !== name || !parent) throw new Error('this is not XML');
    parent.children[name] = [...(parent.children[name] ?? []), toElement(closed)];
  }
  if (open.length !== 1) throw new Error('the XML is cut off');
  return toElement(root);
}

interface Open {
  readonly name: string;
  readonly children: Record<string, Element[]>;
  text: string;
}

const toElement = ({ children, text }: Open): Element => (Object.keys(children).length > 0 ? children : text.trim());

const decoded = (text: string): string =>
  text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });

/** The first element at a path. */
export const first = (element: Element | undefined, ...path: readonly string[]): Element | undefined =>
  path.reduce<Element | undefined>(
    (inner, name) => (typeof inner === 'object' ? inner[name]?.[0] : undefined),
    element,
  );

/** The text at a path, if it is there. */
export function textAt(element: Element | undefined, ...path: readonly string[]): string | undefined {
  const found = first(element, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The members of the list at a path. */
export function membersAt(element: Element | undefined, ...path: readonly string[]): readonly Element[] {
  const found = first(element, ...path);
  return typeof found === 'object' ? (found.member ?? []) : [];
}
