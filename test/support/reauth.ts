import type { SentNotice } from '../../desk/notice-topic.ts';
import { signInAsPerson, type Typed } from '../../desk/person.ts';

/** The sign-in link of a notice. @throws when it has none */
export function linkIn({ text }: { readonly text: string }): string {
  const [link] = /http\S+\/reauth\?t=\S+/.exec(text) ?? [];
  if (!link) throw new Error(`there is no sign-in link in: ${text}`);
  return link;
}

/** Opens the sign-in link of a notice and signs in; the last page as words, also of a refusal. */
export async function reauthWith(notice: { readonly text: string } | undefined, typed: Typed): Promise<string> {
  if (!notice) throw new Error('there is no notice');
  return await wordsAt(linkIn(notice), typed);
}

/** What a browser shows in the end that opens an address and signs in. */
export async function wordsAt(url: string, typed: Typed): Promise<string> {
  const page = await signInAsPerson(url, typed).catch((error: Error) => error.message);
  return page
    .replaceAll(/<(style|title)[^>]*>[\s\S]*?<\/\1>|<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** What people are told: without the developer's weekly count. */
export const toldPeople = (notices: readonly SentNotice[]): SentNotice[] =>
  notices.filter(({ kind }) => kind !== 'digest');

/** `notice password-changed`, `all-clear password-changed`: what was sent, in order. */
export const kindsOf = (notices: readonly Pick<SentNotice, 'kind' | 'cause'>[]): string[] =>
  notices.map(({ kind, cause }) => `${kind} ${cause}`);
