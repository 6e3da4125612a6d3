import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Ran, run } from '../../infra/deploy/run.ts';

/** A copy of the project as a fresh checkout has it, and an account of somebody who has set up ask-cli and AWS. */
export interface Workshop {
  readonly folder: string;
  readonly project: string;
  /** Runs one of the project's scripts in the copy. */
  npm(args: readonly string[]): Promise<Ran>;
  /** The same where nobody has set anything up, and all is in environment variables. */
  npmAsCi(args: readonly string[], skillId: string): Promise<Ran>;
  /** The command lines of every process that was ask-cli, one a line. */
  commandLines(): string;
  read(path: string): string;
}

export const VENDOR = 'M0STANDIN';

const NOT_COPIED = new Set(['node_modules', '.git', '.ask', 'dist']);

/** The words are what the machinery would be tempted to show; they are looked for in all that it says. */
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
  // In front of the real one: writes down how it was called.
  const log = join(folder, 'command-lines');
  writeFileSync(log, '');
  write('bin/ask', `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\nexec '${ask}' "$@"\n`);
  chmodSync(join(home, 'bin/ask'), 0o755);

  const env = {
    PATH: `${join(home, 'bin')}:${process.env.PATH}`,
    HOME: home,
    TMPDIR: tmpdir(),
    CI: '1',
    npm_config_offline: 'true', // whatever wanted the network for a package is a fault
    npm_config_update_notifier: 'false',
    ASK_SMAPI_SERVER_BASE_URL: urls.smapi,
    ASK_LWA_TOKEN_HOST: urls.smapi,
    ASK_LWA_AUTHORIZE_HOST: urls.smapi,
    // An address and no name, so that S3 is spoken to with its buckets in the path.
    AWS_ENDPOINT_URL: urls.aws,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const npm = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    run('npm', ['run', '--silent', ...args], {
      cwd: project,
      env: { ...env, ...more },
      onLine: (line) => void console.log(`      ${line}`),
    });
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  return {
    folder,
    project,
    npm: (args) => npm(args),
    npmAsCi: (args, skillId) =>
      npm(args, {
        HOME: elsewhere,
        AWS_ACCESS_KEY_ID: 'AKIASTANDIN',
        AWS_SECRET_ACCESS_KEY: CANARIES.awsSecret,
        ASK_REFRESH_TOKEN: CANARIES.refreshToken,
        ASK_VENDOR_ID: VENDOR,
        ASK_SKILL_ID: skillId,
        HTTPS_PROXY: 'http://127.0.0.1:9', // in this mode ask-cli tells Amazon what it was used for, whatever its settings say
      }),
    commandLines: () => readFileSync(log, 'utf8'),
    read: (path) => readFileSync(join(project, path), 'utf8'),
  };
}
