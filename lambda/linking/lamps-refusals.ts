import { html } from 'hono/html';
import type { LampTexts } from '../texts/en/lamps.ts';
import type { LampsContext } from './lamps-words.ts';
import { page } from './pages.ts';

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

export function lampsRefusalPage(kind: LampsRefusal, { texts, cloud }: LampsContext): Promise<Response> {
  const { link, signIn } = texts.lamps;
  const { title, text } = link[kind];
  const status = STATUS[kind] ?? 400;
  const body = html`<p role="alert">${typeof text === 'string' ? text : text({ cloud })}</p>
${kind === 'tooMany' ? '' : html`<p><a href="/lamps">${signIn.submit}</a></p>`}`;
  const headers = kind === 'tooMany' ? { 'Retry-After': '60' } : {};
  return page({ title, body, status, language: texts.language, headers });
}
