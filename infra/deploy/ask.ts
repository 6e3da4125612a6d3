import { stripVTControlCharacters } from 'node:util';
import * as v from 'valibot';
import { parseJson } from '../../lambda/basics/json.ts';
import { type AccountLinking, readAccountLinking, type WantedLinking, withRequestFile } from './account-linking.ts';
import { Failure } from './failure.ts';
import { toFailure } from './failures.ts';
import { readManifest, type SkillManifest } from './manifest.ts';
import type { Run } from './run.ts';
import type { Pair } from './secret-entry.ts';

/** A skill of the vendor, with its names in the developer console. */
export interface ListedSkill {
  readonly skillId: string;
  readonly names: readonly string[];
}

/** The part of ask-cli that is used here. Everything throws a Failure. */
export interface AskCli {
  /** `ask deploy`, with ask-resources.json and skill.json as they are at the moment. @param target absent: all of it */
  deploy(target?: 'skill-metadata'): Promise<void>;
  skills(): Promise<ListedSkill[]>;
  /** Status of Amazon's last update of the manifest; nothing if there is no such skill. */
  manifestStatus(skillId: string): Promise<string | undefined>;
  manifest(skillId: string): Promise<SkillManifest>;
  messaging(skillId: string): Promise<Pair>;
  /** Nothing if there is none yet. */
  accountLinking(skillId: string): Promise<AccountLinking | undefined>;
  setAccountLinking(skillId: string, wanted: WantedLinking, pair: Pair): Promise<void>;
  deleteSkill(skillId: string): Promise<void>;
}

export interface AskOptions {
  readonly command: string;
  readonly root: string;
  readonly profile: string;
  /** Shows a line of the output of `ask deploy`. */
  readonly show: (line: string) => void;
}

/** While a stack changes it prints a line every two seconds; the package, npm and the upload take a minute or two. */
const SILENCE_MS = 15 * 60_000;

/** ask-cli waits for a status that ends with _COMPLETE; after these none comes. */
const STUCK = /stack status: (?:CREATE_FAILED|ROLLBACK_FAILED|UPDATE_ROLLBACK_FAILED|DELETE_FAILED)/;

const List = v.object({
  skills: v.optional(
    v.array(v.looseObject({ skillId: v.string(), nameByLocale: v.optional(v.record(v.string(), v.string()), {}) })),
    [],
  ),
  nextToken: v.optional(v.string()),
});
const Status = v.looseObject({
  manifest: v.optional(v.looseObject({ lastUpdateRequest: v.optional(v.looseObject({ status: v.string() })) })),
});
const Credentials = v.object({
  skillMessagingCredentials: v.looseObject({ clientId: v.string(), clientSecret: v.string() }),
});

export function createAsk({ command, root, profile, show }: AskOptions, run: Run): AskCli {
  const env = { ...process.env, ASK_SKIP_NEW_VERSION_REMINDER: 'true', ASK_SHARE_USAGE: 'false', FORCE_COLOR: '0' };

  /** @returns what it printed, or nothing where there is no such thing */
  async function smapi(name: string, args: readonly string[]): Promise<string | undefined> {
    const ran = await run(command, ['smapi', name, ...args, '--profile', profile], { cwd: root, env });
    if (ran.code === 0) return ran.stdout;
    if (/status code 404\b/.test(ran.output)) return undefined; // ask-cli prints no more of the answer
    throw toFailure(ran.output, `ask smapi ${name}`);
  }

  /** The output is checked before use and is in no error, since it may contain a secret. */
  async function read<T extends v.GenericSchema>(name: string, args: readonly string[], schema: T) {
    const printed = await smapi(name, args);
    if (printed === undefined) return undefined;
    const result = v.safeParse(schema, parsed(printed));
    if (result.success) return result.output;
    throw new Failure(`ask smapi ${name} printed something unexpected.`, 'Run it by hand and look at its output.');
  }

  const gone = () => toFailure('RESOURCE_NOT_FOUND', 'Asking for the skill');

  return {
    async deploy(target) {
      let stuck = false;
      let last = '';
      const { code, output, silent } = await run(
        command,
        ['deploy', '--profile', profile, ...(target ? ['--target', target] : [])],
        {
          cwd: root,
          env,
          silenceMs: SILENCE_MS,
          onLine(line) {
            const text = withoutTime(line);
            if (text !== '' && text !== last) show(text);
            last = text;
            stuck ||= STUCK.test(text);
            return stuck;
          },
        },
      );
      if (silent) {
        throw new Failure(
          `ask deploy has said nothing for ${SILENCE_MS / 60_000} minutes and was stopped. Its last words: ${last || 'none'}`,
          'Run npm run deploy again; it continues where it stopped.',
        );
      }
      if (code !== 0 || stuck) throw toFailure(output, 'ask deploy');
    },
    async skills() {
      const found: ListedSkill[] = [];
      let next: string | undefined;
      do {
        const page = await read('list-skills-for-vendor', next ? ['--next-token', next] : [], List);
        for (const { skillId, nameByLocale } of page?.skills ?? []) {
          found.push({ skillId, names: Object.values(nameByLocale) });
        }
        next = page?.nextToken || undefined;
      } while (next);
      return found;
    },
    async manifestStatus(skillId) {
      const status = await read('get-skill-status', ['--skill-id', skillId, '--resource', 'manifest'], Status);
      return status && (status.manifest?.lastUpdateRequest?.status ?? 'SUCCEEDED');
    },
    async manifest(skillId) {
      const printed = await read('get-skill-manifest', ['--skill-id', skillId], v.unknown());
      if (printed === undefined) throw gone();
      return readManifest(printed);
    },
    async messaging(skillId) {
      const found = await read('get-skill-credentials', ['--skill-id', skillId], Credentials);
      if (!found) throw toFailure('does not have skill messaging credentials', 'Asking for the credentials');
      const { clientId, clientSecret } = found.skillMessagingCredentials;
      return { clientId, clientSecret };
    },
    async accountLinking(skillId) {
      const found = await read('get-account-linking-info', ['--skill-id', skillId], v.unknown());
      return found === undefined ? undefined : readAccountLinking(found);
    },
    async setAccountLinking(skillId, wanted, pair) {
      const set = await withRequestFile(wanted, pair, (path) =>
        smapi('update-account-linking-info', ['--skill-id', skillId, '--account-linking-request', `file:${path}`]),
      );
      if (set === undefined) throw gone();
    },
    async deleteSkill(skillId) {
      await smapi('delete-skill', ['--skill-id', skillId]);
    },
  };
}

/** Its lines begin with the time and with marks. */
const withoutTime = (line: string): string =>
  stripVTControlCharacters(line)
    .replace(/^\[\d\d:\d\d:\d\d\]\s*/, '')
    .trim();

/** JSON, possibly after a warning. */
const parsed = (text: string): unknown => parseJson(text.slice(Math.max(0, text.search(/^[[{]/m))));
