import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Ran, run } from '../../infra/deploy/run.ts';

/** A copy of the project like a fresh checkout, and a user account where ask-cli and AWS are set up. */
export interface Workshop {
  readonly folder: string;
  readonly project: string;
  /** Runs an npm script in the copy. */
  npm(args: readonly string[]): Promise<Ran>;
  /** The same, ended as by Ctrl-C as soon as it says a line. */
  npmUntil(line: RegExp, args: readonly string[]): Promise<Ran>;
  /** The same without any set-up: everything is in environment variables. */
  npmAsCi(args: readonly string[], skillId: string): Promise<Ran>;
  /** The command lines of every ask-cli process, one per line. */
  commandLines(): string;
  read(path: string): string;
}

export const VENDOR = 'M0STANDIN';

const NOT_COPIED = new Set(['node_modules', '.git', '.ask', 'dist']);

/** Secrets with words that can be searched for in every output. */
export const CANARIES = { awsSecret: 'canary-aws-secret-key', refreshToken: 'canary-refresh-token' };

export function openWorkshop(root: string, ask: string, urls: { aws: string; smapi: string }): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'try-deploy-'));
  const project = join(folder, 'project');
  cpSync(root, project, { recursive: true, filter: (path) => path === root || !NOT_COPIED.has(basename(path)) });
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));

  const home = join(folder, 'account');
  const write = (path: string, text: string) => {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), text);
  };
  const token = {
    access_token: 'Atza|stand-in',
    refresh_token: CANARIES.refreshToken,
    token_type: 'bearer',
    expires_in: 3600,
    expires_at: '2020-01-01T00:00:00.000Z',
  };
  write(
    '.ask/cli_config',
    JSON.stringify({
      profiles: { default: { token, vendor_id: VENDOR, aws_profile: 'default' } },
      share_usage: false,
    }),
  );
  write(
    '.aws/credentials',
    `[default]\naws_access_key_id = AKIASTANDIN\naws_secret_access_key = ${CANARIES.awsSecret}\n`,
  );
  // Before the real one: logs its command line.
  const log = join(folder, 'command-lines');
  writeFileSync(log, '');
  write('bin/ask', `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\nexec '${ask}' "$@"\n`);
  chmodSync(join(home, 'bin/ask'), 0o755);

  const env = {
    PATH: `${join(home, 'bin')}:${process.env.PATH}`,
    HOME: home,
    TMPDIR: tmpdir(),
    CI: '1',
    npm_config_offline: 'true', // installing a package from the network is a failure
    npm_config_update_notifier: 'false',
    ASK_SMAPI_SERVER_BASE_URL: urls.smapi,
    ASK_LWA_TOKEN_HOST: urls.smapi,
    ASK_LWA_AUTHORIZE_HOST: urls.smapi,
    // An IP address instead of a name, so that S3 requests have the bucket in the path.
    AWS_ENDPOINT_URL: urls.aws,
    LINKING_CHECK_URL: `${urls.aws}/linking`, // the domains are in no DNS
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const show = (line: string) => void console.log(`      ${line}`);
  const npm = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    run('npm', ['run', '--silent', ...args], { cwd: project, env: { ...env, ...more }, onLine: show });
  const groupFile = join(folder, 'group');
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  return {
    folder,
    project,
    npm: (args) => npm(args),
    // In a process group of its own, which Ctrl-C reaches as a whole: npm passes on no signal of its own.
    npmUntil: (line, args) =>
      run('setsid', ['--wait', 'sh', '-c', 'echo $$ > "$0" && exec npm run --silent "$@"', groupFile, ...args], {
        cwd: project,
        env,
        onLine: (said) => {
          show(said);
          if (line.test(said)) process.kill(-Number(readFileSync(groupFile, 'utf8')), 'SIGINT');
          return undefined;
        },
      }),
    npmAsCi: (args, skillId) =>
      npm(args, {
        HOME: elsewhere,
        AWS_ACCESS_KEY_ID: 'AKIASTANDIN',
        AWS_SECRET_ACCESS_KEY: CANARIES.awsSecret,
        ASK_REFRESH_TOKEN: CANARIES.refreshToken,
        ASK_VENDOR_ID: VENDOR,
        ASK_SKILL_ID: skillId,
        HTTPS_PROXY: 'http://127.0.0.1:9', // in this mode ask-cli sends usage data to Amazon, whatever its settings say
      }),
    commandLines: () => readFileSync(log, 'utf8'),
    read: (path) => readFileSync(join(project, path), 'utf8'),
  };
}
