import { statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustAll } from './answers.ts';
import { type CheckContext, FAR, NEAR } from './check-context.ts';
import type { First } from './child.ts';
import type { Distance } from './distance.ts';
import { atMost, budget, figures, median, PARTIES, type Party, type Row, rowOf } from './measure.ts';
import { answerOnce, profileStarts } from './processes.ts';
import { type Share, sharesOf, sourcesByMap } from './profile.ts';

const HOT_FILE_KB = 150;
const PROFILED_STARTS = 5;

type Start = First & { readonly ms: number };

/**
 * Cold starts: from the start of a process to its first answer. With the far cloud most of that is network; with a cloud that answers
 * at once it is our own work.
 */
export async function measureStart(context: CheckContext): Promise<Row[]> {
  const near = await startAll(context, NEAR);
  const far = await startAll(context, FAR);
  const ms = (starts: Record<Party, Start[]>) => figures(starts, (start) => start.ms);
  const cpuMs = figures(near, ({ cpuMs }) => cpuMs);
  const aboveNothing = (values: readonly number[]) => values.map((value, turn) => value - (cpuMs.nothing[turn] ?? 0));
  const initCpuMs = { ours: aboveNothing(cpuMs.ours), bare: aboveNothing(cpuMs.bare) };
  const shares = await profiled(context);
  const loadedKb = figures(near, ({ files }) => files.reduce((sum, file) => sum + statSync(file).size / 1024, 0));
  return [
    { ...rowOf('process start to first answer, cloud at once', 'ms', ms(near), atMost(0.8), atMost(0.7)), shares },
    rowOf('process start to first answer, cloud 30 + 20 ms', 'ms', ms(far)),
    { ...rowOf('CPU to first answer, above nothing (init)', 'ms', initCpuMs, atMost(0.7), atMost(0.6)), shares },
    rowOf('files loaded by then', 'KB', loadedKb, () =>
      budget(`at most ${HOT_FILE_KB} KB`, median(loadedKb.ours) <= HOT_FILE_KB),
    ),
  ];
}

async function profiled({ far, folder, bundles, functions, directive }: CheckContext): Promise<Share[]> {
  await far.move(NEAR);
  const [eventFile, profiles] = [join(folder, 'profiled-directive.json'), join(folder, 'starts')];
  await mkdir(profiles);
  await writeFile(eventFile, JSON.stringify(directive('Alexa.PowerController', 'TurnOn')));
  return sharesOf(
    await profileStarts(PROFILED_STARTS, bundles.child, functions.ours, eventFile, profiles),
    sourcesByMap(),
  );
}

/** In turn, so that what the machine does meanwhile comes to all of them. */
async function startAll(context: CheckContext, distance: Distance): Promise<Record<Party, Start[]>> {
  const { effort, folder, far, bundles, functions, directive } = context;
  await far.move(distance);
  const eventFile = join(folder, 'first-directive.json');
  const starts: Record<Party, Start[]> = { ours: [], bare: [], nothing: [] };
  for (let turn = 0; turn <= effort.starts; turn++) {
    await writeFile(eventFile, JSON.stringify(directive('Alexa.PowerController', turn % 2 ? 'TurnOn' : 'TurnOff')));
    for (const party of PARTIES) {
      const start = await answerOnce(bundles.child, functions[party], eventFile);
      mustAll('Response', [start.answer]);
      // The first turn only loads the files into the cache of the machine.
      if (turn > 0) starts[party].push(start);
    }
  }
  return starts;
}
