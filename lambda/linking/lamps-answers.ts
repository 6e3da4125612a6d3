import type { Evidence } from '../domain/diagnosis/evidence.ts';
import type { Parameters } from './request.ts';

const FIELDS = ['light', 'internet', 'app', 'tile'] as const;
export type Field = (typeof FIELDS)[number];

/** What a person has said that they see. */
export type Answers = Partial<Record<Field, string>>;

/** What a form says of it. An answer that is longer than any of ours is none. */
export const answersIn = (form: Parameters): Answers =>
  Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = form.get(field);
      return value === undefined || value.length > 20 ? [] : [[field, value]];
    }),
  );

/** @param at ISO 8601: when they said so */
export function evidenceOfAnswers({ light, internet, app, tile }: Answers, at: string): Evidence {
  return {
    ...(light === 'nothing' || light === 'blinking' || light === 'steady' ? { plugLight: { at, shows: light } } : {}),
    ...(internet === 'yes' || internet === 'no' ? { internet: { at, works: internet === 'yes' } } : {}),
    ...(app === 'enabled' || app === 'enable' || app === 'link-expired' ? { skillPage: { at, says: app } } : {}),
    ...(tile === 'right' || tile === 'wrong' ? { tile: { at, wrong: tile === 'wrong' } } : {}),
  };
}
