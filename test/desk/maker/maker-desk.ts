import { type DeskOptions, type RunningDesk, startDesk } from '../../../desk/desk.ts';
import { createLog } from '../../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../../lambda/adapters/system/clock.ts';
import { exchangeProblems } from '../../adapters/maker-cloud/openapi.ts';
import { until } from '../../support/setup.ts';

/** The desk of `npm start -- --maker`, observed. */
export interface ObservedDesk {
  readonly desk: RunningDesk;
  /** The lines of the log. */
  readonly lines: readonly string[];
  /** What a call of the maker's cloud had that its contract does not have. */
  readonly problems: readonly string[];
}

export async function startMakerDesk(maker: NonNullable<DeskOptions['maker']>): Promise<ObservedDesk> {
  const lines: string[] = [];
  const problems: string[] = [];
  const log = createLog('info', systemClock, (line) => lines.push(line));
  const desk = await startDesk({ log, reportDelayMs: 20, maker });
  desk.system.maker?.onExchange((exchange) => {
    if (!exchange.spoilt) problems.push(...exchangeProblems(exchange));
  });
  return { desk, lines, problems };
}

/** What a person does and sees at such a desk. @param desk the desk of the test that runs */
export function stepsAt(desk: () => RunningDesk) {
  const bedroom = () => {
    const lamp = desk()
      .state()
      .lamps.find(({ name }) => name === 'Bedroom lamp');
    if (!lamp) throw new Error('there is no bedroom lamp');
    return lamp;
  };
  return {
    bedroom,
    /** Waits until the plug has this state and Alexa knows it. */
    agrees: (power: string, level: number) =>
      until(() => bedroom().plug.power === power && bedroom().plug.level === level && bedroom().agree),
    /** @returns how it ended */
    say: async (sentence: string) => {
      await desk().say({ sentence });
      return desk().state().turns.at(-1)?.outcome;
    },
    broken: () =>
      desk()
        .state()
        .hops.flatMap((hop) => hop.broken),
  };
}

/** The lamps as the maker's cloud has them at first, and as Alexa knows them. */
export const LAMPS_AT_FIRST = [
  { name: 'Bedroom lamp', agree: true },
  { name: 'Reading light', agree: true },
  { name: 'Hall light', agree: true },
];
