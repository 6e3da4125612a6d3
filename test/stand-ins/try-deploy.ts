import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ASK_CLI_VERSION, askFolder, installAsk } from '../../infra/deploy/find-ask.ts';
import { run } from '../../infra/deploy/run.ts';
import { type StandInAws, startAws } from './aws.ts';
import { openCustomer } from './customer.ts';
import type { StandInStack } from './held-stacks.ts';
import { createReport } from './report.ts';
import { startSmapi } from './smapi.ts';
import { tryMail } from './try-mail.ts';
import { tryMaker } from './try-maker.ts';
import { tryMove } from './try-move.ts';
import { CANARIES, openWorkshop, VENDOR } from './workshop.ts';

// `npm run try:deploy`: deploys with the real ask-cli to stand-ins on this machine, also over an earlier version, and undeploys. Needs the network once, to
// install ask-cli.

const NOT_SHOWN = `
What this cannot show: whether IAM lets your user and the functions do what they do; rollbacks as AWS makes them; Amazon's own checks of
the package, its certification, and Alexa itself; whether the messaging credentials work at Login with Amazon; DNS and certificates.`;

const root = resolve('.');
const began = Date.now();
const report = createReport((line) => console.log(line));
const step = (text: string) => console.log(`\n== ${text} (${Math.round((Date.now() - began) / 1000)} s)`);

step(`ask-cli ${ASK_CLI_VERSION}`);
const cached = join(askFolder(root), 'node_modules/.bin/ask');
const ask = existsSync(cached) ? cached : await installAsk(root, run);
const aws: StandInAws = await startAws();
const smapi = await startSmapi((arn, principal, skillId) => mayInvoke(aws.stacks.standing(), arn, principal, skillId));
const workshop = openWorkshop(root, ask, { aws: aws.url, smapi: smapi.url });
const before = { resources: workshop.read('ask-resources.json'), manifest: workshop.read('skill-package/skill.json') };
const said: string[] = [];
const npm = async (...args: string[]) => {
  const ran = await workshop.npm(args);
  said.push(ran.output);
  return ran;
};

/** Ends a command as by Ctrl-C once it has said this. The next run has to go on from there, with the files as they were. */
async function interrupted(line: RegExp, ...args: string[]): Promise<void> {
  const ran = await workshop.npmUntil(line, args);
  said.push(ran.output);
  await report.check(
    `${args[0]} is interrupted at "${line.source}", and leaves the project's files as they were`,
    () =>
      ran.code !== 0 &&
      line.test(ran.output) &&
      !/checked the result/.test(ran.output.slice(ran.output.search(line))) &&
      workshop.read('ask-resources.json') === before.resources &&
      workshop.read('skill-package/skill.json') === before.manifest,
  );
}

try {
  step('npm run deploy, and AWS fails at first');
  aws.stacks.failNext('WorkerQueue', 'Specified ReservedConcurrentExecutions decreases the quota');
  const failed = await npm('deploy', '--', '--yes', '--notices', 'you@example.org', '--skip-checks');
  await report.check(
    'a failed stack is one sentence and one remedy, exit 1',
    () =>
      failed.code === 1 &&
      /^failed {5}AWS could not create WorkerQueue.*quota[^\n]*\nto do {6}Ask for a higher quota/m.test(failed.output),
  );

  step('npm run deploy, a second time');
  const first = await npm('deploy', '--', '--yes', '--notices', 'you@example.org', '--skip-checks');
  const [skill] = smapi.skills.values();
  const [stack] = aws.stacks.standing();
  const [state] = aws.stacks.states();
  await report.check(
    'it goes on where it stopped: one skill, one stack, one state stack, exit 0',
    () =>
      first.code === 0 &&
      smapi.skills.size === 1 &&
      aws.stacks.standing().length === 1 &&
      aws.stacks.states().length === 1,
  );
  await report.check(
    'table, secret entry and topics are in the protected state stack, and the functions use them',
    () =>
      state?.isProtected &&
      ['Table', 'Secret', 'NoticeTopic', 'AlarmTopic'].every((name) => state.resources[name]) &&
      stack?.parameters.TableArn === state.outputs.TableArn &&
      !stack?.resources.Table,
  );
  await report.check('what the failed stack left was deleted', () =>
    /deleted the rest of a failed first deploy/.test(first.output),
  );
  await report.check("directives and skill events go to the stack's function", () => {
    const arn = stack?.outputs.SkillEndpoint;
    return arn && skill?.manifest.apis.smartHome?.endpoint?.uri === arn && skill.manifest.events?.endpoint?.uri === arn;
  });
  await report.check(
    'notices and alarms go to the given address',
    () =>
      state?.parameters.NoticeEmail === 'you@example.org' &&
      state.parameters.AlarmEmail === 'you@example.org' &&
      /you@example.org gets no notices yet/.test(first.output),
  );
  await report.check(
    "account linking is at the stack's own address",
    () => skill?.accountLinking?.accessTokenUrl === `${stack?.outputs.LinkingUrl}token`,
  );
  await report.check(
    "Amazon's consent page may lead back to the page that connects Alexa",
    () => skill?.accountLinking?.redirectUrls?.join() === `${stack?.outputs.LinkingUrl}alexa/callback`,
  );
  await report.check("the secret entry holds the skill's messaging credentials", () => {
    const { messaging } = JSON.parse(secretOf(stack)) as { messaging: object };
    return JSON.stringify(messaging) === JSON.stringify(skill?.messaging);
  });
  await report.check("the linking client takes Alexa's three redirect URIs", () =>
    ['https://pitangui.amazon.com', 'https://layla.amazon.com', 'https://alexa.amazon.co.jp'].every((origin) =>
      secretOf(stack).includes(`${origin}/api/skill/link/${VENDOR}`),
    ),
  );

  step('the deployed zip, unpacked');
  const archive = codeOf(stack);
  await report.check('it holds bundles and nothing else', async () => {
    const { unzip } = await import('./zip.ts');
    const names = [...unzip(archive).keys()];
    console.log(`      ${(archive.length / 1024).toFixed(0)} KB in ${names.length} files`);
    return names.includes('skill.js') && names.every((name) => /^[\w-]+\.(?:js|json)$/.test(name));
  });
  const customer = await openCustomer(root, join(workshop.folder, 'code'), stack?.outputs.TableName ?? '', aws.url);
  try {
    if (stack && skill) await customer.use(stack, skill, archive);
    const tokens = await customer.link();
    await report.check('a person signs in, and the code is worth tokens', () => tokens.status === 200);
    await report.check(
      'AcceptGrant is accepted with the credentials of the secret entry',
      async () => (await customer.acceptGrant(tokens.access)) === 'AcceptGrant.Response',
    );
    await report.check(
      'skill.handler answers Discover with the lamp',
      async () => (await customer.discover(tokens.access)).join() === 'Bedroom lamp',
    );
  } finally {
    await customer.close();
  }

  step('npm run deploy a second time');
  const counts = { changes: aws.stacks.changes, writes: aws.secrets.writes, calls: smapi.calls.length };
  const secret = secretOf(stack);
  const second = await npm('deploy', '--', '--yes');
  await report.check(
    'it changes nothing and says so, exit 0',
    () =>
      second.code === 0 &&
      !/^(?:changed) /m.test(second.output) &&
      (second.output.match(/^unchanged /gm) ?? []).length === 5,
  );
  await report.check(
    'no stack, secret or setting was written',
    () =>
      aws.stacks.changes === counts.changes &&
      secretOf(stack) === secret &&
      !smapi.calls.slice(counts.calls).some((call) => /^(?:PUT|DELETE|POST (?!\/auth))/.test(call)),
  );

  step('npm run deploy -- --rotate-client-secret, interrupted');
  await interrupted(
    /^changed {4}linking client in the secret entry/m,
    ...['deploy', '--', '--yes', '--skip-checks', '--rotate-client-secret'],
  );

  step('npm run deploy -- --rotate-client-secret, in CI: from a checkout that knows nothing');
  rmSync(join(workshop.project, '.ask'), { recursive: true });
  const rotated = await workshop.npmAsCi(
    ['deploy', '--', '--yes', '--skip-checks', '--rotate-client-secret'],
    skill?.skillId ?? '',
  );
  said.push(rotated.output);
  await report.check(
    'it finds the skill and the stack again',
    () =>
      rotated.code === 0 &&
      smapi.skills.size === 1 &&
      aws.stacks.standing().length === 1 &&
      aws.stacks.standing()[0]?.id === stack?.id,
  );
  await report.check('Alexa has the new secret, the old one is kept and retired', () => {
    const [client] = (
      JSON.parse(secretOf(stack)) as { linkingClients: { secrets: { secret: string; retired: boolean }[] }[] }
    ).linkingClients;
    const [now, old] = client?.secrets ?? [];
    return (
      now?.secret === skill?.accountLinking?.clientSecret &&
      now?.retired === false &&
      old?.retired === true &&
      secret.includes(old.secret)
    );
  });
  await report.check(
    'the sealing keys are what they were',
    () =>
      (JSON.parse(secret) as { sealingText: string }).sealingText ===
      (JSON.parse(secretOf(stack)) as { sealingText: string }).sealingText,
  );

  step('npm run deploy -- --region NA,EU, interrupted, and then AWS fails');
  const region = ['deploy', '--', '--yes', '--skip-checks', '--region', 'NA,EU'];
  await interrupted(/^done {7}state stack in eu-west-1/m, ...region);
  aws.stacks.failNext('SkillLogs', 'Service Unavailable');
  const failedThere = await npm(...region);
  await report.check(
    'a stack that fails in Europe is one sentence and one remedy, exit 1, and the home region works on',
    () =>
      failedThere.code === 1 &&
      /^failed {5}AWS could not create or change SkillLogs: Service Unavailable\nto do {6}/m.test(failedThere.output) &&
      aws.stacks.standing().some(({ id, status }) => id === stack?.id && status.endsWith('_COMPLETE')),
  );

  step('npm run deploy -- --region NA,EU');
  const wider = await npm('deploy', '--', '--yes', '--skip-checks', '--region', 'NA,EU');
  const europe = aws.stacks.standing().find(({ awsRegion }) => awsRegion === 'eu-west-1');
  await report.check(
    'a stack in Europe, whose accounts are in the home region',
    () =>
      wider.code === 0 &&
      aws.stacks.standing().length === 2 &&
      europe?.parameters.HomeQueue === stack?.outputs.HomeQueue &&
      europe?.parameters.TableArn === state?.outputs.TableArn &&
      europe?.parameters.AlarmTopicArn?.includes(':eu-west-1:') &&
      !europe?.outputs.TableName,
  );
  await report.check("Europe's directives and skill events go to it", () => {
    const { apis, events } = skill?.manifest ?? {};
    const arn = europe?.outputs.SkillEndpoint;
    return arn && apis?.smartHome?.regions?.EU?.endpoint.uri === arn && events?.regions?.EU?.endpoint.uri === arn;
  });

  const afterwards = aws.stacks.changes;
  const widerAgain = await npm(...region);
  await report.check(
    'a second run changes nothing in either region',
    () => widerAgain.code === 0 && aws.stacks.changes === afterwards && !/^changed /m.test(widerAgain.output),
  );

  step('npm run deploy, with a sender of mails');
  await tryMail({ aws, workshop, report, npm });

  await report.check(
    "the project's files are as they were",
    () =>
      workshop.read('ask-resources.json') === before.resources &&
      workshop.read('skill-package/skill.json') === before.manifest,
  );

  step('npm run undeploy -- --yes');
  const secrets = secretsIn(secretOf(stack));
  await interrupted(/^done {7}deleted the skill/m, 'undeploy', '--', '--yes');
  const gone = await npm('undeploy', '--', '--yes');
  await report.check(
    'skill, stacks and mail stack are gone, exit 0',
    () =>
      gone.code === 0 &&
      smapi.skills.size === 0 &&
      aws.stacks.standing().length === 0 &&
      aws.stacks.mails().length === 0,
  );
  await report.check(
    'the state stacks stay, with table and secret entry, and it says where',
    () =>
      aws.stacks.states().length === 2 &&
      aws.stacks.states().every(({ name }) => gone.output.includes(`kept: the state stack ${name}`)) &&
      aws.stacks.kept.length === 0 &&
      gone.output.includes(stack?.outputs.TableName ?? '-') &&
      secretOf(stack) !== '',
  );
  const goneTwice = await npm('undeploy', '--', '--yes', '--skill-id', skill?.skillId ?? '');
  await report.check(
    'a second run finds nothing to delete, and still says where the table is, exit 0',
    () =>
      goneTwice.code === 0 &&
      /^unchanged {2}no stack to delete/m.test(goneTwice.output) &&
      goneTwice.output.includes(`kept: the table ${stack?.outputs.TableName}`),
  );

  step('npm run deploy, where an earlier version has deployed everything in one stack');
  if (stack && skill)
    await tryMove({
      root,
      aws,
      smapi,
      workshop,
      report,
      npm,
      interrupted,
      codeOf,
      like: { stack, skill, secret: secretOf(stack) },
    });

  step("npm run deploy, where a maker's own authorization server links accounts");
  const makersSecret = `canary-${randomBytes(12).toString('hex')}`;
  await tryMaker({ aws, smapi, workshop, report, npm }, makersSecret);

  await report.check(
    'no secret was on a command line, in what was said, in a parameter or in a file that is left',
    () => {
      const places = [workshop.commandLines(), ...said, ...aws.stacks.sent, ...textsIn(workshop.project)];
      const found = [...secrets, makersSecret, ...Object.values(CANARIES)].filter((word) =>
        places.some((place) => place.includes(word)),
      );
      if (found.length > 0) throw new Error(`${found.length} of them were`);
      return secrets.length >= 4 && workshop.commandLines().includes('smapi update-account-linking-info');
    },
  );
} finally {
  await Promise.all([aws, smapi].map((one) => one.close()));
  rmSync(workshop.folder, { recursive: true, force: true });
}

step(`${report.passed} passed, ${report.failed} failed`);
console.log(NOT_SHOWN);
process.exitCode = report.failed === 0 ? 0 : 1;

/** Whether one of the stacks has this permission. */
function mayInvoke(stacks: readonly StandInStack[], arn: string, principal: string, skillId: string): boolean {
  const all = stacks.flatMap(({ resources }) => Object.values(resources));
  return all.some(
    ({ type, properties }) =>
      type === 'AWS::Lambda::Permission' &&
      properties.FunctionName === arn &&
      properties.Principal === principal &&
      properties.EventSourceToken === skillId,
  );
}

function secretOf(of: StandInStack | undefined): string {
  return aws.secrets.text(of?.outputs.SecretArn ?? '') ?? '';
}

function codeOf(of: StandInStack | undefined): Buffer {
  const { CodeBucket = '', CodeKey = '', CodeVersion = '' } = of?.parameters ?? {};
  return aws.buckets.object(CodeBucket, CodeKey, CodeVersion) ?? Buffer.alloc(0);
}

/** Every secret of an entry. */
function secretsIn(text: string): string[] {
  return [...text.matchAll(/"(?:secret|clientSecret|sealingText)":"([^"]+)"/g)].map(([, word]) => word ?? '');
}

/** The files of the copy that deploying changes. */
function textsIn(project: string): string[] {
  const folders = ['.', '.ask', 'skill-package'].filter((folder) => existsSync(join(project, folder)));
  return folders.flatMap((folder) =>
    readdirSync(join(project, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => workshop.read(join(folder, entry.name))),
  );
}
