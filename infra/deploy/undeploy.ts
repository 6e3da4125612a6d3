import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import { addressStackName } from './address-step.ts';
import { toDomains } from './address-template.ts';
import { forget, knownSkill } from './ask-states.ts';
import type { Stack } from './aws/stacks.ts';
import type { DeployContext } from './context.ts';
import { Failure } from './failure.ts';
import { deleteMail, findMail } from './mail-step.ts';
import { nameIn, type SkillManifest } from './manifest.ts';
import { forgetDeployed } from './record.ts';
import { AWS_REGION } from './regions.ts';
import { findStates } from './state-step.ts';

/**
 * Deletes the skill and its stacks. Keeps the table and the secret entry, and prints where they are. The skill is deleted first: while
 * Alexa still calls a deleted function, every lamp looks broken.
 * @throws Failure
 */
export async function undeploy(context: DeployContext, manifest: SkillManifest): Promise<void> {
  const { root, options, profile, ask, aws, say } = context;
  const skillId = options.skillId ?? knownSkill(root, profile.name);
  if (skillId === undefined) {
    throw new Failure(
      'This checkout does not know a deployed skill.',
      'Name it: npm run undeploy -- --skill-id with the id that the developer console shows.',
    );
  }
  const regions = Object.keys(AWS_REGION) as AlexaRegion[];
  const stacks = (await Promise.all(regions.map((region) => aws.stacks(skillId, AWS_REGION[region])))).flat();
  const states = Object.values(await findStates(context, skillId));
  const addresses = await Promise.all(
    regions.map((region) => aws.changes.find(addressStackName(skillId), AWS_REGION[region])),
  );
  const mails = await findMail(context, skillId, stacks, Object.values(AWS_REGION));
  await confirm(context, nameIn(manifest), skillId, [...stacks, ...mails]);

  const there = (await ask.manifestStatus(skillId)) !== undefined;
  if (there) await ask.deleteSkill(skillId);
  say(
    there ? 'done' : 'unchanged',
    there ? `deleted the skill ${skillId}` : `the skill ${skillId} was already deleted`,
  );
  for (const mail of mails) {
    await deleteMail(context, mail);
    say('done', `deleted the mail stack ${nameOf(mail)} in ${mail.awsRegion}`);
  }
  // The home region last: the others use its table and its queue.
  const homeLast = [...stacks].sort(
    (one, other) => Number('TableName' in one.outputs) - Number('TableName' in other.outputs),
  );
  for (const stack of homeLast) {
    await aws.deleteStack(stack, (status) => say('note', `${nameOf(stack)}: ${status}`));
    say('done', `deleted the stack ${nameOf(stack)} in ${stack.awsRegion}`);
  }
  if (stacks.length === 0) say('unchanged', 'no stack to delete');
  forget(root, profile.name);
  forgetDeployed(root, profile.name);
  for (const address of addresses) if (address) for (const line of addressStays(address)) say('note', line);
  for (const state of states) for (const line of stateStays(state)) say('note', line);
  for (const line of whatStays([...states, ...stacks])) say('note', line);
}

async function confirm(
  { options, question, say }: DeployContext,
  name: string,
  skillId: string,
  stacks: readonly Stack[],
): Promise<void> {
  say(
    'note',
    `${name} (${skillId}) and ${stacks.length} stack(s) will be deleted. All linked accounts lose their link.`,
  );
  if (options.yes) return;
  if (!question)
    throw new Failure(
      'This needs a confirmation, and there is no terminal to ask on.',
      'Run npm run undeploy -- --yes.',
    );
  const answer = await question(`Type the skill's name to continue (${name}): `);
  if (answer.trim() !== name)
    throw new Failure(
      'The name does not match. Nothing was deleted.',
      'Run npm run undeploy again if you want to delete it.',
    );
}

/** How to delete the addresses. Nothing answers there any more, and another skill may be given them. */
function addressStays(stack: Stack): string[] {
  const { awsRegion, outputs, parameters } = stack;
  const domains = toDomains(parameters.Domains ?? '');
  return [
    `kept: the address stack ${nameOf(stack)} in ${awsRegion}. To delete it for good, and then the records and the certificate:`,
    ...stackDeletion(stack),
    ...domains.map(({ name }) => `  aws apigatewayv2 delete-domain-name --region ${awsRegion} --domain-name ${name}`),
    `  aws apigatewayv2 delete-api --region ${awsRegion} --api-id ${outputs.ApiId}`,
    ...domains.map(
      ({ certificateArn }) => `  aws acm delete-certificate --region ${awsRegion} --certificate-arn ${certificateArn}`,
    ),
  ];
}

function stackDeletion(stack: Stack): string[] {
  const at = `--region ${stack.awsRegion} --stack-name ${nameOf(stack)}`;
  return [
    `  aws cloudformation update-termination-protection ${at} --no-enable-termination-protection`,
    `  aws cloudformation delete-stack ${at}`,
  ];
}

/** How to delete a state stack. What is in it stays even then, and is deleted by itself. */
function stateStays(state: Stack): string[] {
  const { awsRegion } = state;
  const name = nameOf(state);
  return [
    `kept: the state stack ${name} in ${awsRegion}, with its topics. To delete it for good:`,
    ...stackDeletion(state),
    ...[state.outputs.NoticeTopicArn, state.outputs.AlarmTopicArn].map(
      (arn) => `  aws sns delete-topic --region ${awsRegion} --topic-arn ${arn}`,
    ),
  ];
}

/**
 * What is kept of the stacks, and how to delete it for good. A run that follows an interrupted one finds only the state stack; a single
 * stack of an earlier version has it all itself.
 */
function whatStays(stacks: readonly Stack[]): string[] {
  const all = stacks.flatMap(({ awsRegion, outputs, parameters }) => {
    const { TableArn, TableName: table = TableArn?.split('/')[1], SecretArn: secret } = outputs;
    return [
      table ? tableStays(table, awsRegion) : '',
      secret ? secretStays(secret, awsRegion) : '',
      parameters.CodeBucket ? bucketStays(parameters.CodeBucket) : '',
    ];
  });
  return [...new Set(all)].flatMap((one) => (one === '' ? [] : one.split('\n')));
}

const tableStays = (table: string, awsRegion: string): string =>
  [
    `kept: the table ${table} in ${awsRegion}, with deletion protection. To delete it for good:`,
    `  aws dynamodb update-table --region ${awsRegion} --table-name ${table} --no-deletion-protection-enabled`,
    `  aws dynamodb delete-table --region ${awsRegion} --table-name ${table}`,
  ].join('\n');

const secretStays = (secret: string, awsRegion: string): string =>
  [
    'kept: the secret entry, with the keys for the data in the table. To delete it for good:',
    `  aws secretsmanager delete-secret --region ${awsRegion} --secret-id ${secret}`,
  ].join('\n');

const bucketStays = (bucket: string): string =>
  `kept: the bucket ${bucket} with the code that ask-cli uploaded. To delete it: empty and delete it in the S3 console`;

const nameOf = ({ id }: Stack): string => id.split('/')[1] ?? id;
