import { afterEach, describe, expect, test } from '@jest/globals';
import { Failure } from '../../infra/deploy/failure.ts';
import { runCommand, withOptions } from '../../infra/run-command.ts';

const usage = {
  help: 'npm run lamp -- --on',
  read(args: readonly string[]) {
    if (args.includes('--help')) return 'help' as const;
    if (args[0] !== '--on') throw new Error("Unknown option '--of'");
    return { on: true };
  },
};

describe('options', () => {
  const run = async (...args: string[]) => {
    const printed: string[] = [];
    const to = (where: string) => (line: string) => printed.push(`${where}: ${line}`);
    const code = await withOptions(usage, args, async ({ on }) => (on ? 7 : 1), { out: to('out'), err: to('err') });
    return { code, printed };
  };

  test.each([
    { args: ['--on'], code: 7, printed: [] },
    { args: ['--help'], code: 0, printed: ['out: npm run lamp -- --on'] },
    { args: ['--of'], code: 2, printed: ["err: Unknown option '--of'\n\nnpm run lamp -- --on"] },
  ])('$args', async ({ args, code, printed }) => expect(await run(...args)).toEqual({ code, printed }));
});

describe('what a command throws', () => {
  const { error: log } = console;
  afterEach(() => {
    console.error = log;
    process.exitCode = undefined;
  });
  const failing = async (error: unknown, doing?: string) => {
    const said: string[] = [];
    console.error = (line: string) => said.push(line);
    await runCommand(() => Promise.reject(error), { exitCode: 2, ...(doing !== undefined && { doing }) });
    const { exitCode } = process;
    process.exitCode = undefined;
    return { exitCode, said };
  };

  test('a failure is its sentence and its remedy, and steers no terminal', async () => {
    expect(await failing(new Failure('It is dark\u001b[2J.', 'Switch it on.'))).toEqual({
      exitCode: 2,
      said: ['It is dark [2J.\nSwitch it on.'],
    });
  });

  test('what AWS refuses is a failure where it is said what was done', async () => {
    const error = Object.assign(new Error('The security token included in the request is expired'), {
      name: 'ExpiredTokenException',
      $metadata: {},
    });
    expect(await failing(error, 'Looking')).toEqual({
      exitCode: 2,
      said: ['Your AWS sign-in has expired.\nSign in again (aws sso login, or new keys), and run the command again.'],
    });
    await expect(failing(error)).rejects.toThrow('is expired');
  });

  test('a bug is no failure', async () => {
    await expect(failing(new TypeError('x is not a function'), 'Looking')).rejects.toThrow(TypeError);
  });
});
