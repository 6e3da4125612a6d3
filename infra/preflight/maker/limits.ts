// What is wanted of a maker's server, and how a length of time is said.

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;
export const YEAR = 365 * DAY;

/** Alexa refuses shorter access tokens (Amazon, account linking FAQ). */
export const ACCESS_FLOOR = 360;
/** Practice 1.1: the advice for access tokens. */
export const ACCESS_LIFE = HOUR;
/** Servers round, and count from when they began to answer: Microsoft says 3599 for an hour. */
export const ACCESS_ROUNDING = MINUTE;
/** Practice 1.1: a refresh token that is used must work for at least this long. */
export const REFRESH_LIFE = 180 * DAY;
/** From here on the end of a link is far enough not to be mentioned. */
export const FAR_END = 5 * YEAR;
/** Practice 1.3: a year without use. */
export const IDLE_LIFE = YEAR;
/** Practice 2.1: how long a refresh token must work after it was replaced. */
export const GRACE = 30;
/** A client secret that ends sooner ends links: old links keep the old secret (practice 3.1). */
export const SECRET_LIFE = 10 * YEAR;

/** @param seconds `Infinity`: no end */
export function span(seconds: number): string {
  if (seconds === Number.POSITIVE_INFINITY) return 'no end';
  const [size, word] =
    seconds >= 2 * DAY ? [DAY, 'day'] : seconds >= 2 * HOUR && seconds % HOUR === 0 ? [HOUR, 'hour'] : [1, 's'];
  const count = Math.round(seconds / size);
  return word === 's' ? `${count} s` : `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`;
}

/** `2027-05-01` */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
