import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import { ensureAddresses } from './address-step.ts';
import type { DeployContext } from './context.ts';
import { adopt, checkAccount, type Existing, findExisting, regionsFor } from './existing.ts';
import { ensureLinking, type LinkingPlace } from './linking-step.ts';
import { configurationSet, ensureMail } from './mail-step.ts';
import { confirm, type DeployPlan, parametersOf, readFiles } from './plan.ts';
import { noteDeployed } from './record.ts';
import { AWS_REGION } from './regions.ts';
import { readEntry, redirectUris } from './secret-entry.ts';
import { ensureSecrets } from './secrets-step.ts';
import {
  byRegion,
  createSkill,
  ensureStacks,
  fingerprintIn,
  originsOf,
  type Stacks,
  type StacksPlan,
} from './stacks-step.ts';
import { ensureState, finishState, type StatePlan, type StateValues } from './state-step.ts';
import { wrongIn } from './verify.ts';

export interface Deployed {
  readonly skillId: string;
  /** Where account linking is. */
  readonly origin: string;
}

/**
 * Deploys, or brings up to date what is deployed. Each step first looks at the current state, so the next run continues an interrupted
 * one.
 * @throws Failure
 */
export async function deploy(context: DeployContext): Promise<Deployed> {
  const { root, say, options } = context;
  const files = readFiles(context);
  const existing = await findExisting(context, files.manifest);
  await checkAccount(context, existing);
  const regions = regionsFor(options.regions, existing);
  const { [regions.home]: home } = existing.stacks;
  const chosen = await parametersOf(context, files.resources, home, existing.states[regions.home]);
  const plan: DeployPlan = { ...files, ...chosen, regions };
  await confirm(context, plan, existing);
  if (adopt(root, context.profile.name, existing, regions)) {
    say('done', 'found the existing skill and its stacks, which this checkout did not know');
  }

  await context.build();
  say('done', 'built and checked the code');

  const skillId = existing.skillId ?? (await createSkill(context, plan));
  const states = [regions.home, ...regions.further].map(
    (region): StatePlan => ({ ...plan, skillId, region, runtime: existing.stacks[region] }),
  );
  const values: Partial<Record<AlexaRegion, StateValues>> = {};
  for (const state of states) values[state.region] = await ensureState(context, state);
  const secretArn = values[regions.home]?.SecretArn ?? '';
  // Before the functions, which read the secrets when they start.
  await ensureSecrets(context, secretArn, skillId, plan);
  const finishMoves = async () => {
    for (const state of states) await finishState(context, state);
  };
  const mail = { skillId, awsRegion: AWS_REGION[regions.home], from: plan.sender };
  const NoticeSet = await configurationSet(context, { ...mail, stacks: Object.values(existing.stacks) });
  const functions: StacksPlan = { ...plan, values, parameters: { ...plan.parameters, NoticeSet } };
  const begun = await functionsAt(context, functions, { ...existing, skillId }, secretArn, finishMoves);
  // Before the addresses, which can wait long for a record.
  await ensureMail(context, { ...mail, set: NoticeSet, stacks: Object.values(begun.stacks.byName) });
  for (const one of Object.values(values)) await noteUnconfirmed(context, plan, one);
  if (plan.linked === 'maker') {
    noteRedirects(context);
    return { skillId, origin: begun.origin };
  }
  if (!home && options.domain === undefined && plan.parameters.PublicUrls === '') noteAddress(context);

  // Last, since it can take long to get a certificate or a record: until then all works at the present address.
  const { LinkingFunctionArn = '' } = begun.stacks.home?.outputs ?? {};
  const addressPlan = {
    skillId,
    awsRegion: AWS_REGION[regions.home],
    functionArn: LinkingFunctionArn,
    alarmTopicArn: values[regions.home]?.AlarmTopicArn ?? '',
  };
  const domains = await ensureAddresses(context, addressPlan);
  const PublicUrls = urlsWith(domains, plan.parameters.PublicUrls, begun.stacks);
  if (PublicUrls === plan.parameters.PublicUrls) return { skillId, origin: begun.origin };
  const stacks = byRegion(begun.stacks, regions);
  const { origin } = await functionsAt(
    context,
    { ...functions, parameters: { ...functions.parameters, PublicUrls } },
    { ...existing, skillId, stacks },
    secretArn,
  );
  return { skillId, origin };
}

/** Deploys the functions and sets account linking to their addresses; everything is read back. */
async function functionsAt(
  context: DeployContext,
  plan: StacksPlan,
  existing: Existing & { readonly skillId: string },
  secretArn: string,
  afterwards: () => Promise<void> = async () => undefined,
): Promise<{ readonly stacks: Stacks; readonly origin: string }> {
  const { skillId } = existing;
  const stacks = await ensureStacks(context, plan, existing);
  await afterwards();
  noteDeployed(context.root, context.profile.name, fingerprintIn(context, plan, stacks), Object.values(stacks.byName));
  const place: LinkingPlace =
    plan.linked === 'maker' ? { linked: 'maker' } : { linked: 'skill', origins: originsOf(stacks.home) };
  await ensureLinking(context, skillId, secretArn, place);
  const origin = await verify(context, plan, stacks, { skillId, secretArn, place });
  return { stacks, origin };
}

/** Every domain, then every earlier address: links that were made there go on calling it. */
function urlsWith(domains: readonly string[], before: string, { home }: Stacks): string {
  if (domains.length === 0) return before;
  const earlier = before.split(',').filter((url) => url !== '');
  const functionUrl = home?.outputs.LinkingUrl;
  return [...new Set([...domains, ...earlier, ...(functionUrl ? [new URL(functionUrl).origin] : [])])].join();
}

/** Amazon sends people back to one of these, by their region. */
function noteRedirects({ say, profile }: DeployContext): void {
  const uris = redirectUris(profile.vendorId).join(', ');
  say('note', `your authorization server must take these redirect URIs for the client: ${uris}`);
  say('note', 'check its settings before people link: npm run preflight -- --maker');
}

/** Said once, at the first deploy. */
function noteAddress({ say }: DeployContext): void {
  say(
    'note',
    'account linking is at an address of AWS Lambda, which ends when the function is created again, and with it every link made there. Before others use the skill, give account linking an address of yours: npm run deploy -- --domain lamps.example.org',
  );
}

/** Reads everything back. @returns where accounts are linked @throws Failure for the first difference */
async function verify(
  context: DeployContext,
  plan: DeployPlan,
  { byName }: Stacks,
  { skillId, secretArn, place }: { readonly skillId: string; readonly secretArn: string; readonly place: LinkingPlace },
): Promise<string> {
  const { ask, aws, say, profile } = context;
  const { text: secretText } = await aws.secret(secretArn);
  const linking = await ask.accountLinking(skillId);
  const wrong = wrongIn({
    status: await ask.manifestStatus(skillId),
    manifest: await ask.manifest(skillId),
    messaging: await ask.messaging(skillId),
    linking,
    entry: readEntry(secretText),
    stacks: byName,
    subscriptions: plan.subscriptions,
    place,
    vendorId: profile.vendorId,
  });
  const [first, ...more] = wrong;
  for (const { message } of more) say('note', message);
  if (first) throw first;
  say('done', 'checked the result: manifest, events, account linking and secret entry are correct');
  say(
    'note',
    'not checked: the client secret that Alexa has, which Amazon never shows; if it was changed in the console, --force sends ours again',
  );
  return new URL(linking?.authorizationUrl ?? '').origin;
}

/** Says whose consent is missing: until then Amazon sends them nothing. */
async function noteUnconfirmed({ aws, say }: DeployContext, { addresses }: DeployPlan, values: StateValues) {
  for (const [address, topicArn, what] of [
    [addresses.NoticeEmail, values.NoticeTopicArn, 'notices'],
    [addresses.AlarmEmail, values.AlarmTopicArn, 'alarms'],
  ] as const) {
    if (address === '') continue;
    const found = (await aws.subscribers(topicArn)).find((one) => one.address === address);
    if (!found?.confirmed)
      say('note', `${address} gets no ${what} yet: Amazon has sent a mail there, and its link must be followed first`);
  }
}
