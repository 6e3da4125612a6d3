import { hourOf } from '../lambda/watch/daily-reconcile.ts';
import type { LocalSystem } from './local-system.ts';
import type { TimeTravel } from './page/protocol.ts';

const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;
/** Of each day that passes, counted from its start. */
const DAILY_AT_HOUR = 12;
/** Beyond these, maintenance runs only in the hours in which it reconciles an account: hours without work would take most of the time. */
const EVERY_HOUR_UP_TO_DAYS = 62;

export interface TimeMachine {
  /** While days pass; undefined at all other times. */
  readonly travel: TimeTravel | undefined;
  /**
   * Lets days pass, an hour at a time, with maintenance as on Lambda: hourly, or in long journeys in the hours that have daily work.
   * @param daily what people do each day, in journeys whose every hour passes; by default they look at the Alexa app
   * @throws an Error when days pass already
   */
  advance(days: number, daily?: () => Promise<void>): Promise<void>;
  /** Ends it after the hour that is under way. */
  stop(): void;
}

export interface Travelling {
  /** Resolves when no directive is on its way: the clock does not jump under one. */
  readonly quiet: () => Promise<void>;
  /** Called whenever a day has passed. */
  readonly changed: () => void;
  /** People at the lamps look at the Alexa app. */
  readonly openApp: () => Promise<void>;
}

export function createTimeMachine(
  { clock, maintainAccounts, restartWatch, ports }: LocalSystem,
  { quiet, changed, openApp }: Travelling,
): TimeMachine {
  let travel: TimeTravel | undefined;
  let stopping = false;
  return {
    get travel() {
      return travel;
    },
    async advance(days, daily = openApp) {
      if (travel) throw new Error('Days are passing already.');
      travel = { days, passed: 0 };
      stopping = false;
      changed();
      try {
        const hours = days > EVERY_HOUR_UP_TO_DAYS ? new Set((await ports.accounts.list()).map(hourOf)) : undefined;
        for (let hour = 1; hour <= days * HOURS_A_DAY && !stopping; hour++) {
          await quiet();
          clock.advance(HOUR_MS);
          if (!hours || hours.has(clock.now().getUTCHours())) await maintainAccounts();
          if (!hours && hour % HOURS_A_DAY === DAILY_AT_HOUR) await daily();
          if (hour % HOURS_A_DAY > 0) continue;
          travel = { days, passed: hour / HOURS_A_DAY };
          changed();
        }
        await quiet();
        await restartWatch();
      } finally {
        travel = undefined;
        changed();
      }
    },
    stop() {
      stopping = true;
    },
  };
}
