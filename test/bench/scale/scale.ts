import type { Bundles } from '../bundles.ts';
import type { Row } from '../measure.ts';
import { type Counted, costsText } from './costs.ts';
import { measureSockets } from './sockets.ts';
import { measureThroughput } from './throughput.ts';
import { openTown } from './town.ts';

export interface Scale {
  readonly rows: readonly Row[];
  /** What that costs, as Markdown. */
  readonly costs: string;
}

const NOTES = `Memory is all that the process of the built device-watch ever had, with Node's heap limited as in the function and TLS to the
device cloud; Lambda's runtime adds some megabytes. The samples share one process and one processor with queue, gateway and the
embedded table, which is what holds them up: the ratio to bare posts is in the part "reports".`;

/** Accounts in the hundreds and thousands: what they take, and what they cost. */
export async function measureScale(bundles: Bundles, folder: string): Promise<Scale> {
  const town = await openTown();
  try {
    const sockets = await measureSockets(town, bundles, folder);
    const throughput = await measureThroughput(town);
    const rows = [...sockets, ...throughput];
    return { rows, costs: [NOTES, costsText(countedIn(rows))].join('\n\n') };
  } finally {
    await town.close();
  }
}

function countedIn(rows: readonly Row[]): Counted {
  const figure = (what: string): number => {
    const row = rows.find((one) => one.what === what);
    if (!row) throw new Error(`${what} was not measured`);
    return row.ours;
  };
  return {
    readsPerChange: figure('table reads per change'),
    writesPerChange: figure('table writes per change'),
    readsPerOpening: figure('table calls to open one account'),
  };
}
