import type { CheckContext } from './check-context.ts';
import { budget, judgeTurns, percentile, type Row } from './measure.ts';

/** The refreshes are judged in parts, so that one slow moment of the machine shows as noise. */
const PARTS = 5;
const WARM_UP = 50;

/** What a refresh at the token endpoint takes, over HTTP, as Alexa asks for it: one after the other, with the table in this process. */
export async function measureToken({ system, effort, person }: CheckContext): Promise<Row[]> {
  const { account } = await system.link(person);
  for (let n = 0; n < WARM_UP; n++) await account.refresh();
  system.table.resetCounts();
  system.myLeviton.resetCounts();
  system.alexa.resetCounts();
  const took: number[] = [];
  for (let n = 0; n < effort.cpu; n++) {
    const began = performance.now();
    const [status] = await account.refresh();
    took.push(performance.now() - began);
    if (status !== 200) throw new Error(`a refresh was answered ${status}`);
  }
  const p99 = percentile(took, 0.99);
  const partLength = Math.ceil(took.length / PARTS);
  const p99s = Array.from({ length: PARTS }, (_, part) =>
    percentile(took.slice(part * partLength, (part + 1) * partLength), 0.99),
  );
  const outside = system.myLeviton.counts.requests + system.alexa.counts.tokenRequests + system.alexa.counts.events;
  const { requests, byOperation } = system.table.counts;
  const writes = requests - (byOperation.GetItem ?? 0) - (byOperation.Query ?? 0);
  return [
    { what: '/token refresh, p50', unit: 'ms', ours: percentile(took, 0.5) },
    {
      what: '/token refresh, p99',
      unit: 'ms',
      ours: p99,
      budget: judgeTurns(p99s, (ms) => budget('at most 50', ms <= 50), p99),
    },
    { what: '/token refresh, outside calls', unit: '', ours: outside, budget: budget('0', outside === 0) },
    { what: '/token refresh, table reads', unit: '', ours: (requests - writes) / effort.cpu },
    { what: '/token refresh, table writes', unit: '', ours: writes / effort.cpu },
  ];
}
