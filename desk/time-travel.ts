import type { TimeTravel } from './console/protocol.ts';
import type { LocalSystem } from './local-system.ts';

const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;

export interface TimeMachine {
  /** While days pass; undefined at all other times. */
  readonly travel: TimeTravel | undefined;
  /** Lets days pass, an hour at a time, with the hourly maintenance as on Lambda. @throws an Error when days pass already */
  advance(days: number): Promise<void>;
  /** Ends it after the hour that is under way. */
  stop(): void;
}

/**
 * @param quiet resolves when no directive is on its way: the clock does not jump under one
 * @param changed called whenever a day has passed
 */
export function createTimeMachine(
  { clock, maintainAccounts }: LocalSystem,
  quiet: () => Promise<void>,
  changed: () => void,
): TimeMachine {
  let travel: TimeTravel | undefined;
  let stopping = false;
  return {
    get travel() {
      return travel;
    },
    async advance(days) {
      if (travel) throw new Error('Days are passing already.');
      travel = { days, passed: 0 };
      stopping = false;
      changed();
      try {
        for (let hour = 1; hour <= days * HOURS_A_DAY && !stopping; hour++) {
          await quiet();
          clock.advance(HOUR_MS);
          await maintainAccounts();
          if (hour % HOURS_A_DAY > 0) continue;
          travel = { days, passed: hour / HOURS_A_DAY };
          changed();
        }
        await quiet();
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
