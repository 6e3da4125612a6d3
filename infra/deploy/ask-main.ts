import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { ASK_CLI_VERSION, findAsk, installAsk } from './find-ask.ts';
import { run } from './run.ts';

// `npm run ask -- configure`: the ask-cli that deploying uses, installed if there is none.
const root = resolve('.');
let command = (await findAsk(root, run))?.command;
if (command === undefined) {
  console.log(`installing ask-cli ${ASK_CLI_VERSION}`);
  command = await installAsk(root, run);
}
const child = spawn(command, process.argv.slice(2), { stdio: 'inherit' });
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
