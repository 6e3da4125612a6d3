import { DirectiveMemory } from '../../lambda/domain/directive-memory.ts';
import { mustAll } from './answers.ts';
import { type CheckContext, NEAR } from './check-context.ts';
import { budget, type Row } from './measure.ts';
import { EVIDENCE_WRITES } from './scale/costs.ts';

const TIMES = 5;

const KINDS = [
  { namespace: 'Alexa.PowerController', name: 'TurnOn', payload: {}, calls: 1 },
  { namespace: 'Alexa.PowerController', name: 'TurnOff', payload: {}, calls: 1 },
  { namespace: 'Alexa.BrightnessController', name: 'SetBrightness', payload: { brightness: 42 }, calls: 1 },
  { namespace: 'Alexa.BrightnessController', name: 'AdjustBrightness', payload: { brightnessDelta: 5 }, calls: 2 },
  { namespace: 'Alexa', name: 'ReportState', payload: {}, calls: 1 },
] as const;

/** The first failure is noted, and so is that a notice may be due; for a minute the same failure is noted by no row. */
async function callsOfFailures(
  { myLeviton, table }: CheckContext['system'],
  run: () => Promise<unknown>,
): Promise<number> {
  const recover = myLeviton.inject({ kind: 'html', status: 503 });
  table.resetCounts();
  try {
    await run();
    return table.counts.requests;
  } finally {
    recover();
  }
}

/** A command a minute, and each is answered well and late. */
function writesOfLateAnswers(): number {
  const memory = new DirectiveMemory();
  const notes = Array.from({ length: 60 }, (_, minute) => {
    const now = new Date(Date.parse('2026-03-01T12:00:00.000Z') + minute * 60_000);
    return memory.good('account', now, { at: now.toISOString(), ms: 7_500, cloudMs: 7_300 });
  });
  return notes.filter(Boolean).length;
}

/** What each kind of directive asks of the device cloud and of the table while nothing is wrong. */
export async function measureCalls({ far, system, start, functions, directive }: CheckContext): Promise<Row[]> {
  await far.move(NEAR);
  const skill = start(functions.ours);
  const bare = start(functions.bare);
  try {
    const rows: Row[] = [];
    let tableCalls = 0;
    for (const { namespace, name, payload, calls } of KINDS) {
      const events = Array.from({ length: TIMES }, () => directive(namespace, name, payload));
      const count = async (instance: typeof skill) => {
        system.myLeviton.resetCounts();
        const { answers } = await instance.run(events);
        if (instance === skill) mustAll(name === 'ReportState' ? 'StateReport' : 'Response', answers);
        return system.myLeviton.counts.requests / TIMES;
      };
      system.table.resetCounts();
      const ours = await count(skill);
      tableCalls += system.table.counts.requests;
      const beside = name === 'TurnOn' || name === 'TurnOff' ? { bare: await count(bare) } : {};
      const what = `device-cloud calls, ${name}`;
      rows.push({ what, unit: '', ours, ...beside, budget: budget(String(calls), ours === calls) });
    }
    const what = 'DynamoDB calls, all of these';
    const failing = await callsOfFailures(system, () =>
      skill.run(Array.from({ length: TIMES }, () => directive('Alexa.PowerController', 'TurnOn', {}))),
    );
    return [
      ...rows,
      { what, unit: '', ours: tableCalls, budget: budget('0', tableCalls === 0) },
      {
        what: `DynamoDB calls, ${TIMES} commands in a row that the device cloud does not take`,
        unit: '',
        ours: failing,
      },
      {
        what: 'DynamoDB writes of answers that come late, per account and hour',
        unit: '',
        ours: writesOfLateAnswers(),
        budget: budget('1', writesOfLateAnswers() === 1),
      },
      { what: 'DynamoDB writes of device-watch, per account and hour', unit: '', ours: EVIDENCE_WRITES / 24 },
    ];
  } finally {
    skill.close();
    bare.close();
  }
}
