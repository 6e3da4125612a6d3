import { datesOf } from '../texts/dates.ts';
import { en } from '../texts/en.ts';

/** The texts of the pages that are not in the catalogues of the other languages. */
const dates = datesOf('en');
export const ENGLISH = en;
export const ONLY_THIS = en.mails.onlyThis;
export const LINK_AGAIN = en.alexa.linkAgain;
export const moment = (iso: string): string => dates.moment(new Date(iso));
export const dayOf = (iso: string): string => dates.day(new Date(iso));
