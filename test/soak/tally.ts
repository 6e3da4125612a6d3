import { reportIn, type Street } from './accounts.ts';
import type { History } from './history.ts';

/** Counts by name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, one) => sum + one, 0);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** `12 this, 3 that`, the most first. */
  toString(): string {
    const sorted = [...this.#counts].sort(([, a], [, b]) => b - a);
    return sorted.length === 0 ? 'none' : sorted.map(([name, count]) => `${count} ${name}`).join(', ');
  }
}

/** What the functions' log says, line by line, as far as it is counted. */
export class LogTally {
  readonly deliveries = new Tally();
  readonly drops = new Tally();
  readonly errors = new Tally();
  /** Lines that hold what no line may hold; shown without it. */
  readonly leaks: string[] = [];
  /** The last bugs, as logged. */
  readonly bugs: string[] = [];
  readonly #secrets = new Set<string>();

  /** A word that no line may hold: 12 characters or more of letters, digits and `-_@.`. */
  guard(secret: string): void {
    this.#secrets.add(secret);
  }

  take(line: string): void {
    const entry = JSON.parse(line) as { event: string; level: string; outcome?: string; error?: string };
    const { event, level, outcome, error = '' } = entry;
    const words = line.match(/[\w@.-]{12,}/g) ?? [];
    if (/Atz[ar]\|/.test(line) || words.some((word) => this.#secrets.has(word))) this.leaks.push(event);
    if (event === 'report' && outcome) this.#report(outcome);
    if (event === 'report-not-delivered') this.drops.add(`retried (${reasonIn(error)})`);
    if (event === 'samples-not-queued') this.drops.add('not queued, read later');
    if (level !== 'error') return;
    this.errors.add(event);
    if (BUG.test(error) || event === 'bug') this.bugs.push(line.slice(0, 1_000));
  }

  #report(outcome: string): void {
    this.deliveries.add(outcome);
    if (outcome === 'not-reported' || outcome === 'unknown-device' || outcome === 'no-grant') this.drops.add(outcome);
  }
}

const BUG = /^(?:Type|Reference|Range|Syntax)Error|^AssertionError|^UnreadableMessage/;
const reasonIn = (error: string): string => /^\w+/.exec(error)?.[0] ?? 'unknown';

/** Counts what reaches the gateways. A repeat says of an endpoint what the report before said, to the same Amazon account. */
export function countReports({ system: { alexa } }: Street) {
  const counts = { accepted: 0, repeats: 0 };
  const last = new Map<string, string>();
  alexa.onExchange((exchange) => {
    const report = exchange.status >= 200 && exchange.status < 300 ? reportIn(exchange) : undefined;
    if (!report) return;
    counts.accepted += 1;
    const key = `${exchange.region}/${report.endpointId}`;
    const said = JSON.stringify(report.properties.map(({ name, value }) => [name, value]).sort());
    if (last.get(key) === said) counts.repeats += 1;
    last.set(key, said);
  });
  return counts;
}

/**
 * Notes what Alexa finds wrong with messages. Two reports of an endpoint that Alexa does not have are none of it, as neither side can
 * know: one on its way when the device was removed, and one on its way beside the answer to Discover that first named the device.
 * @param history goes along with each finding
 * @returns reads what was found so far
 */
export function noteFindings({ system: { alexa }, accounts }: Street, history: History): () => string[] {
  const findings: {
    readonly text: string;
    readonly at: number;
    readonly region: string;
    readonly unheardOf: boolean;
  }[] = [];
  const discoveries: { readonly from: number; readonly to: number; readonly region: string }[] = [];
  const exists = (id: string) => accounts.some(({ devices }) => devices.has(Number(id)));
  alexa.onExchange((exchange) => {
    const { problems, channel, region = '', sent, at, ms } = exchange;
    const report = reportIn(exchange);
    if (channel === 'directive' && isDiscover(sent)) {
      discoveries.push({ from: at.getTime(), to: at.getTime() + ms, region });
    }
    for (const problem of problems) {
      const unheardOf = report !== undefined && problem.includes('is of no endpoint');
      if (unheardOf && !exists(report.endpointId)) continue;
      const about = report
        ? ` of device ${report.endpointId}: ${JSON.stringify(sent).replaceAll(/Atz[^"]*/g, '')}\n${history.of(report.endpointId).join('\n')}`
        : '';
      const text = `Alexa finds at the ${channel} ${region}: ${problem}${about}`;
      findings.push({ text, at: at.getTime(), region, unheardOf });
    }
  });
  // A directive is noted when it has been answered, so this is only known in the end.
  const isBesideDiscover = ({ at, region }: (typeof findings)[number]) =>
    discoveries.some((one) => one.region === region && one.from <= at && at <= one.to);
  return () => findings.filter((one) => !(one.unheardOf && isBesideDiscover(one))).map(({ text }) => text);
}

const isDiscover = (sent: unknown): boolean =>
  (sent as { directive?: { header?: { name?: string } } }).directive?.header?.name === 'Discover';
