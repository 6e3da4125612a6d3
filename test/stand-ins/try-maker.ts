import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Move } from './try-move.ts';

const SERVER = {
  ...{ kind: 'jwt', alias: 'acme', issuers: ['https://login.acme.example/'], algorithms: ['RS256'] },
  ...{ jwksUrl: 'https://login.acme.example/jwks', clientIds: ['alexa'], linkClaim: 'sid' },
};
const LINKING = {
  authorizationUrl: 'https://login.acme.example/authorize',
  accessTokenUrl: 'https://login.acme.example/token',
  clientId: 'alexa',
  scopes: ['lamps', 'offline_access'],
};
const PARAMETERS = {
  LinkMode: 'passthrough',
  DeviceCloud: 'https://cloud.acme.example/alexa/v1',
  DeviceCloudName: 'Acme Home',
  DeviceEvents: 'on',
};

/** A new skill whose accounts a maker's own authorization server links. @param secret the client's, which must turn up nowhere */
export async function tryMaker(
  { aws, smapi, workshop, report, npm }: Omit<Move, 'like' | 'root' | 'codeOf' | 'interrupted'>,
  secret: string,
): Promise<void> {
  const path = join(workshop.project, 'ask-resources.json');
  const before = workshop.read('ask-resources.json');
  const resources = JSON.parse(before) as {
    profiles: { default: { skillInfrastructure: { userConfig: Record<string, unknown> } } };
  };
  resources.profiles.default.skillInfrastructure.userConfig.cfn = { parameters: PARAMETERS };
  writeFileSync(path, `${JSON.stringify(resources, null, 2)}\n`);
  rmSync(join(workshop.project, '.ask'), { recursive: true });
  const known = new Set([...smapi.skills.keys()]);
  try {
    const first = await npm('deploy', '--', '--yes', '--skip-checks', '--new');
    const skill = [...smapi.skills.values()].find(({ skillId }) => !known.has(skillId));
    await report.check(
      'the first run makes the secret entry, and names the fields that the maker has to fill in, exit 1',
      () => first.code === 1 && /^failed .*authorizationServers, accountLinking\./m.test(first.output),
    );
    const state = aws.stacks.states().find(({ name }) => name.endsWith(skill?.skillId.split('.').at(-1) ?? '-'));
    const arn = state?.outputs.SecretArn ?? '';
    const entry = JSON.parse(aws.secrets.text(arn) ?? '{}') as object;
    const accountLinking = { ...LINKING, clientSecret: secret };
    aws.secrets.write(arn, JSON.stringify({ ...entry, authorizationServers: [SERVER], accountLinking }));
    const second = await npm('deploy', '--', '--yes', '--skip-checks');
    const stack = aws.stacks.standing().find(({ parameters }) => parameters.SkillId === skill?.skillId);
    await report.check(
      'account linking is at the maker’s server, with the maker’s secret, exit 0',
      () =>
        second.code === 0 &&
        skill?.accountLinking?.authorizationUrl === LINKING.authorizationUrl &&
        skill.accountLinking.accessTokenUrl === LINKING.accessTokenUrl &&
        skill.accountLinking.clientSecret === secret,
    );
    await report.check('neither account-linking nor device-watch is deployed; skill, reports and events are', () => {
      const has = (name: string) => stack?.resources[name] !== undefined;
      return (
        ['SkillFunction', 'WorkerFunction', 'MaintenanceFunction', 'EventsFunction'].every(has) &&
        !['LinkingFunction', 'LinkingUrl', 'WatchFunction', 'WatchSchedule', 'Dashboard'].some(has)
      );
    });
    await report.check('it says which redirect URIs the maker’s server must take', () =>
      second.output.includes('https://layla.amazon.com/api/skill/link/'),
    );
    const { changes } = aws.stacks;
    const third = await npm('deploy', '--', '--yes', '--skip-checks');
    await report.check(
      'a further run changes nothing',
      () => third.code === 0 && aws.stacks.changes === changes && !/^changed /m.test(third.output),
    );
  } finally {
    writeFileSync(path, before);
  }
}
