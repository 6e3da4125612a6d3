import { type Language, TAGS } from './languages.ts';

/** How a language writes days and times. The reader's time zone is not known, so each is in UTC, and a time says so. */
export interface Dates {
  /** `Sunday, March 1, 2026` */
  readonly day: (at: Date) => string;
  /** `March 1, 2026`: of what happens about then. */
  readonly date: (at: Date) => string;
  /** `14:05 UTC` */
  readonly time: (at: Date) => string;
  /** `Sunday, March 1, 2026 (14:05 UTC)` */
  readonly moment: (at: Date) => string;
  /** The last day before `at` on which all is well wherever the lamps are: see `EVENING_MS`. */
  readonly lastDay: (at: Date) => string;
}

/**
 * A session that ends in the first hours of a day by UTC ends the evening before in the United States, where the lamps are. So the day that
 * a text names as an end is that of twelve hours earlier.
 */
const EVENING_MS = 12 * 3_600_000;

const DATE = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
const DAY = { weekday: 'long', ...DATE } as const;
const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC', timeZoneName: 'short' } as const;

/** @throws nothing: `Intl` has these languages in every Node from version 13 on */
export function datesOf(language: Language): Dates {
  const dates = made.get(language) ?? makeDates(language);
  made.set(language, dates);
  return dates;
}

/** A formatter takes a good part of a millisecond to make, and nearly every page and notice needs three. */
const made: Map<Language, Dates> = new Map();

function makeDates(language: Language): Dates {
  const timeFormat = new Intl.DateTimeFormat(TAGS[language], TIME);
  const day = written(new Intl.DateTimeFormat(TAGS[language], DAY), language);
  // Mail programs show a narrow no-break space badly.
  const time = (at: Date) => timeFormat.format(at).replaceAll(/[\u00a0\u202f]/g, ' ');
  return {
    day,
    date: written(new Intl.DateTimeFormat(TAGS[language], DATE), language),
    time,
    moment: (at) => `${day(at)} (${time(at)})`,
    lastDay: (at) => day(new Date(at.getTime() - EVENING_MS)),
  };
}

/** French has an ordinal for the first day of a month, which `Intl` leaves out. */
const written =
  (format: Intl.DateTimeFormat, language: Language) =>
  (at: Date): string =>
    format
      .formatToParts(at)
      .map(({ type, value }) => (language === 'fr' && type === 'day' && value === '1' ? '1er' : value))
      .join('');
