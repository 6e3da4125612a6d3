import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from './aws/stacks.ts';
import type { DeployContext } from './context.ts';
import type { Existing } from './existing.ts';
import { Failure } from './failure.ts';
import { checkedSender } from './mail-identity.ts';
import { type LinkedBy, linkedBy } from './makers-linking.ts';
import { nameIn, readManifest, type SkillManifest, withoutEndpoints } from './manifest.ts';
import { checkMail, checkOperator, checkPrivacy } from './options.ts';
import { AWS_REGION, type Regions } from './regions.ts';
import { profileIn, type Resources, readResources } from './resources.ts';
import type { Addresses } from './state-step.ts';
import { putBackAltered, readText, toText } from './working-files.ts';

export const RESOURCES = 'ask-resources.json';
export const MANIFEST = join('skill-package', 'skill.json');

/** Parameters of the skill's stack that a deployment keeps: people choose them once. Empty: the template's default. */
export interface SkillParameters {
  readonly PublicUrls: string;
  /** Who runs the skill, as its pages and mails say. */
  readonly OperatorName: string;
  /** The address of the privacy policy, on every page. */
  readonly PrivacyUrl: string;
  /** The mail stack's configuration set; not known before the skill is. */
  readonly NoticeSet?: string;
}

/** What will be deployed, from the project's files. */
export interface DeployPlan {
  readonly resources: Resources;
  readonly manifest: SkillManifest;
  readonly subscriptions: readonly string[];
  readonly regions: Regions;
  readonly parameters: SkillParameters;
  readonly addresses: Addresses;
  readonly linked: LinkedBy;
  /** NoticeFrom; empty where the functions write to nobody. */
  readonly sender: string;
}

/** Reads the files. First undoes what a killed run has left in them. */
export function readFiles({
  root,
  profile,
  say,
}: DeployContext): Pick<DeployPlan, 'resources' | 'manifest' | 'subscriptions'> {
  for (const path of putBackAltered(root)) say('done', `put ${path} back, which an interrupted run had changed`);
  const resources = readResources(readText(root, RESOURCES));
  const { userConfig } = profileIn(resources, profile.name).skillInfrastructure;
  const { subscriptions } = userConfig.skillEvents;
  const found = readManifest(JSON.parse(readText(root, MANIFEST)));
  const manifest = withoutEndpoints(found, subscriptions);
  if (toText(manifest) !== toText(found)) {
    writeFileSync(join(root, MANIFEST), toText(manifest));
    say(
      'done',
      `removed the endpoints from ${MANIFEST}: they belong to one account and are added only while ask-cli runs`,
    );
  }
  return { resources, subscriptions, manifest };
}

/** The parameters of this deployment: from the command line, else the files, else the existing stacks, else a person. */
export async function parametersOf(
  context: DeployContext,
  resources: Resources,
  home: Stack | undefined,
  state: Stack | undefined,
): Promise<Pick<DeployPlan, 'parameters' | 'addresses' | 'linked' | 'sender'>> {
  const { options, profile } = context;
  const inFile = profileIn(resources, profile.name).skillInfrastructure.userConfig.cfn.parameters;
  const subscribed = home && !state?.outputs.NoticeTopicArn ? await subscribedTo(context, home) : {};
  const linked = linkedBy(inFile.LinkMode);
  checkLinkMode(context, linked, home);
  const known: Readonly<Record<string, string>> = { ...subscribed, ...home?.parameters, ...state?.parameters };
  const standing = (name: string) => String(inFile[name] ?? known[name] ?? '');
  const ask = home || options.yes ? undefined : context.question;
  const answer = async (given: string, asked: string): Promise<string> =>
    given === '' && ask ? (await ask(asked)).trim() : given;
  const notices =
    options.notices ??
    (await answer(standing('NoticeEmail'), 'E-mail address for notices and alarms (leave empty for none): '));
  if (notices !== '') checkMail(notices);
  // A maker's own server has pages of its own.
  const operator =
    options.operator ??
    (linked === 'maker'
      ? standing('OperatorName')
      : await answer(
          standing('OperatorName'),
          'Who runs the skill, as its pages and mails say (leave empty to name nobody): ',
        ));
  checkOperator(operator);
  const privacy =
    options.privacy ??
    (linked === 'maker'
      ? standing('PrivacyUrl')
      : await answer(
          standing('PrivacyUrl'),
          'Address of your privacy policy, such as https://example.org/privacy (leave empty for none): ',
        ));
  checkPrivacy(privacy);
  const alarms = options.alarms ?? (standing('AlarmEmail') || (home ? '' : notices));
  return {
    parameters: {
      PublicUrls: options.publicUrls ?? standing('PublicUrls'),
      OperatorName: operator,
      PrivacyUrl: privacy,
    },
    addresses: { NoticeEmail: notices, AlarmEmail: alarms },
    linked,
    // A maker's own server has no page on which people could enter an address.
    sender: linked === 'maker' ? '' : checkedSender(inFile.NoticeFrom),
  };
}

/** @throws Failure where links would end, or an address be given to a server that is not there */
function checkLinkMode({ options }: DeployContext, linked: LinkedBy, home: Stack | undefined): void {
  if (linked === 'maker' && (options.domain ?? options.publicUrls) !== undefined) {
    throw new Failure(
      'With LinkMode=passthrough your own authorization server links accounts, so the skill has no address for that.',
      'Leave --domain and --public-urls out.',
    );
  }
  if (!home || linkedBy(home.parameters.LinkMode) === linked || options.force) return;
  throw new Failure(
    'LinkMode differs from what is deployed. Every link that was made until now would end.',
    'Set LinkMode back in ask-resources.json. To end those links, run npm run deploy -- --force.',
  );
}

/** Between two steps of a move to a state stack, only the topics know the addresses. */
async function subscribedTo({ aws }: DeployContext, { parameters }: Stack): Promise<Partial<Addresses>> {
  const { NoticeTopicArn, AlarmTopicArn } = parameters;
  if (!NoticeTopicArn || !AlarmTopicArn) return {};
  const [[notices], [alarms]] = await Promise.all([aws.subscribers(NoticeTopicArn), aws.subscribers(AlarmTopicArn)]);
  return { ...(notices && { NoticeEmail: notices.address }), ...(alarms && { AlarmEmail: alarms.address }) };
}

/** Shows what will be done and asks for consent. @throws Failure without it */
export async function confirm(
  { say, question, options, profile }: DeployContext,
  plan: DeployPlan,
  { skillId, stacks }: Existing,
): Promise<void> {
  const { regions, addresses, manifest } = plan;
  say('note', `${nameIn(manifest)}: ${skillId ?? 'a new skill'}, vendor ${profile.vendorId}`);
  for (const region of [regions.home, ...regions.further]) {
    const part = region === regions.home ? 'everything' : 'the skill function';
    say('note', `${AWS_REGION[region]}: ${part}, ${stacks[region] ? 'in the existing stack' : 'in a new stack'}`);
  }
  say('note', `notices go to ${addresses.NoticeEmail || 'nobody'}, alarms to ${addresses.AlarmEmail || 'nobody'}`);
  if (options.yes) return;
  if (!question) {
    throw new Failure(
      'This needs a confirmation, and there is no terminal to ask on. Nothing was deployed.',
      'Check the lines above, and run npm run deploy -- --yes.',
    );
  }
  const answer = (await question('Continue? [Y/n] ')).trim().toLowerCase();
  if (!['', 'y', 'yes'].includes(answer))
    throw new Failure('Nothing was deployed.', 'Run npm run deploy again when you are ready.');
}
