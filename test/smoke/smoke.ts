import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { DeskState } from '../../desk/page/protocol.ts';

// Starts the desk as a newcomer does, says one sentence, and stops it with Ctrl-C: `npm run smoke`.
const PATIENCE_MS = 60_000;

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
const [command = '', ...args] = scripts.start.split(' ');
const desk = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
const exited = new Promise<number | null>((resolve) => desk.once('exit', (code) => resolve(code)));
const giveUp = setTimeout(() => {
  desk.kill('SIGKILL');
  throw new Error(`the desk was not done within ${PATIENCE_MS} ms`);
}, PATIENCE_MS);

const url = await address();
console.log(`the desk started at ${url}`);
assert.match(await (await fetch(url)).text(), /<title>/);

const said = await fetch(`${url}/api/say`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ sentence: 'set bedroom lamp to 30 percent' }),
});
assert.equal(said.status, 204);
const state = await untilState(({ lamps }) => lamps[0]?.plug.level === 30 && lamps[0].agree);
assert.deepEqual(state.problems, []);
console.log('a sentence moved the lamp, and Alexa says the same');

desk.kill('SIGINT');
assert.equal(await exited, 0);
clearTimeout(giveUp);
console.log('Ctrl-C stopped it');

/** What the desk prints first. */
async function address(): Promise<string> {
  for await (const line of createInterface({ input: desk.stdout })) {
    const found = line.match(/http:\/\/[\d.]+:\d+/);
    if (found) return found[0];
  }
  throw new Error('the desk ended before it named its address');
}

/** Reads the page's own events until a state is as wanted. */
async function untilState(wanted: (state: DeskState) => boolean): Promise<DeskState> {
  const response = await fetch(`${url}/events`);
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data:'));
      const state = data && (JSON.parse(data.slice(5)) as DeskState);
      if (state && wanted(state)) return state;
    }
  }
  throw new Error('the desk stopped telling its state');
}
