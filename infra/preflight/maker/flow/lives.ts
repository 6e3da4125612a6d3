import { inShort } from '../../linking-flow.ts';
import { DAY } from '../limits.ts';
import type { Observation } from '../observation.ts';
import { isGood, nextToken } from './client.ts';
import type { Probe } from './probe.ts';

// Where time can be moved, the lives of links are waited for.

const IDLE_DAYS = 400;
const STEP_DAYS = 5;
const USED_DAYS = 400;
const REMEDY = { text: 'Let refresh tokens, their grants and their sessions end only by a person’s decision.' };

/** A link that is used every few days must not end. */
export const usedLinkProbe: Probe = {
  title: `whether a link that is used lasts ${USED_DAYS} days`,
  links: 1,
  questions: ['refresh-life'],
  passesTime: true,
  async run({ client, ports }) {
    let { refreshToken } = await client.link(this.title);
    const base = {
      question: 'refresh-life',
      what: 'a link that is used every five days',
      wanted: 'no end, or the longest',
    } as const;
    for (let days = STEP_DAYS; days <= USED_DAYS; days += STEP_DAYS) {
      ports.passTime?.(STEP_DAYS * DAY * 1000);
      const answer = await client.refresh(refreshToken);
      if (!isGood(answer)) {
        const why = `every link ends within ${days} days after it was made, although it is used`;
        return [{ ...base, outcome: 'bad', seen: `${inShort(answer)} after ${days} days`, why, remedy: REMEDY }];
      }
      refreshToken = nextToken(answer, refreshToken);
    }
    return [{ ...base, outcome: 'good', seen: `works after ${USED_DAYS} days` }];
  },
};

/** One that nobody uses for more than a year must not end either. It says nothing where links end although they are used. */
export const idleLinkProbe: Probe = {
  title: `whether a link that nobody uses lasts ${IDLE_DAYS} days`,
  links: 1,
  questions: ['idle'],
  passesTime: true,
  async run({ client, ports }) {
    const { refreshToken } = await client.link(this.title);
    ports.passTime?.(IDLE_DAYS * DAY * 1000);
    const answer = await client.refresh(refreshToken);
    const base = { question: 'idle', what: 'a link that nobody uses', wanted: '365 days or more' } as const;
    if (isGood(answer)) return [{ ...base, outcome: 'good', seen: `works after ${IDLE_DAYS} days` }];
    const seen = `${inShort(answer)} after ${IDLE_DAYS} days`;
    const why = `a link that nobody has used for ${IDLE_DAYS} days has ended`;
    return [{ ...base, outcome: 'bad', seen, why, remedy: REMEDY }] satisfies readonly Observation[];
  },
};
