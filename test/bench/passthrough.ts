import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeskClock } from '../../desk/clock.ts';
import { startLocalSystem } from '../../desk/local-system.ts';
import { signInAsPerson } from '../../desk/person.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { mustAll } from './answers.ts';
import { type CheckContext, NEAR } from './check-context.ts';
import type { First } from './child.ts';
import { figures, PARTIES, type Party, type Row, rowOf } from './measure.ts';
import { answerOnce, type Measured } from './processes.ts';

const PERSON = { email: 'bench@example.org', password: 'of the bench' };

/**
 * The same skill function with LINK_MODE=passthrough, before a maker's own cloud that answers at once: the keys are fetched at each cold
 * start, and each directive's token is verified. It has no budget: what bridge mode may cost is in the other parts.
 */
export async function measurePassthrough(context: CheckContext): Promise<Row[]> {
  const { effort, folder, bundles, far, functions } = context;
  await far.move(NEAR);
  const clock = new DeskClock();
  const log = createLog('silent', clock);
  const quiet = { clock, log, watch: false, reportDelayMs: 1 };
  const system = await startLocalSystem({ ...quiet, deviceCloud: 'maker', signInServer: {} });
  try {
    const account = system.maker?.addAccount(PERSON);
    const lamp = system.maker?.addDevice(account?.accountId ?? '', { name: 'Lamp' }) ?? '';
    const { account: amazonAccount } = system.addAccount();
    await signInAsPerson(amazonAccount.startUrl, PERSON);
    const token = await amazonAccount.accessToken();
    const event = (name: string) => directive(lamp, token, name);
    const parties: Record<Party, Measured> = {
      ...functions,
      ours: { bundle: bundles.skill, environment: { ...system.environment } },
    };
    const starts: Record<Party, (First & { readonly ms: number })[]> = { ours: [], bare: [], nothing: [] };
    const eventFile = join(folder, 'first-passthrough.json');
    for (let turn = 0; turn <= effort.starts; turn++) {
      for (const party of PARTIES) {
        const name = turn % 2 ? 'TurnOn' : 'TurnOff';
        const first = party === 'ours' ? event(name) : context.directive('Alexa.PowerController', name);
        await writeFile(eventFile, JSON.stringify(first));
        const start = await answerOnce(bundles.child, parties[party], eventFile);
        mustAll('Response', [start.answer]);
        // The first turn only loads the files into the cache of the machine.
        if (turn > 0) starts[party].push(start);
      }
    }
    const cpu = figures(starts, ({ cpuMs }) => cpuMs);
    const aboveNothing = (values: readonly number[]) => values.map((value, turn) => value - (cpu.nothing[turn] ?? 0));
    const loaded = figures(starts, ({ files }) => files.reduce((sum, file) => sum + statSync(file).size / 1024, 0));
    return [
      rowOf(
        'passthrough: process start to first answer, cloud at once',
        'ms',
        figures(starts, ({ ms }) => ms),
      ),
      rowOf('passthrough: CPU to first answer, above nothing (init)', 'ms', {
        ours: aboveNothing(cpu.ours),
        bare: aboveNothing(cpu.bare),
      }),
      rowOf('passthrough: files loaded by then', 'KB', loaded),
      await warmCpu(context, parties.ours, event),
    ];
  } finally {
    await system.close();
  }
}

async function warmCpu(
  { effort, start }: CheckContext,
  measured: Measured,
  event: (name: string) => object,
): Promise<Row> {
  const held = start(measured);
  try {
    const events = Array.from({ length: effort.warm }, (_, index) => event(index % 2 ? 'TurnOn' : 'TurnOff'));
    await held.run(events.slice(0, 20));
    const { cpuMs, answers } = await held.run(events);
    mustAll('Response', answers);
    return { what: 'passthrough: CPU per warm directive', unit: 'ms', ours: cpuMs / events.length };
  } finally {
    held.close();
  }
}

const directive = (endpointId: string, token: string, name: string): object => ({
  directive: {
    header: {
      ...{ namespace: 'Alexa.PowerController', name, payloadVersion: '3' },
      ...{ messageId: randomUUID(), correlationToken: randomUUID() },
    },
    endpoint: { endpointId, scope: { type: 'BearerToken', token }, cookie: { dimmable: 'true' } },
    payload: {},
  },
});
