import { html } from 'hono/html';
import type { LampTexts } from '../texts/en/lamps.ts';
import type { Texts } from '../texts/texts.ts';
import type { LampsContext } from './lamps-words.ts';
import { refusal } from './page.ts';
import type { Reader } from './reader.ts';

/** Why the page is not shown. */
export type LampsRefusal = Exclude<keyof LampTexts['link'], 'offer' | 'healthOnly'>;

export class LampsRefused extends Error {
  override readonly name = 'LampsRefused';
  readonly kind: LampsRefusal;
  constructor(kind: LampsRefusal) {
    super(kind);
    this.kind = kind;
  }
}

const STATUS: Partial<Record<LampsRefusal, number>> = { tooMany: 429 };

export function lampsRefusalPage(
  reader: Reader,
  kind: LampsRefusal,
  { cloud }: Pick<LampsContext, 'cloud'>,
): Promise<Response> {
  const say = ({ lamps: { link } }: Texts) => {
    const { title, text } = link[kind];
    return { title, text: typeof text === 'string' ? text : text({ cloud }) };
  };
  const status = STATUS[kind] ?? 400;
  if (kind === 'tooMany') return refusal(reader, say, { status, headers: { 'Retry-After': '60' } });
  const more = html`<p><a href="/lamps">${reader.texts.lamps.signIn.submit}</a></p>`;
  return refusal(reader, say, { status, more });
}
