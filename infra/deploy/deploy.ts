import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import type { DeployContext } from './context.ts';
import { adopt, checkAccount, findExisting, regionsFor } from './existing.ts';
import { ensureLinking } from './linking-step.ts';
import { confirm, type DeployPlan, parametersOf, readFiles } from './plan.ts';
import { noteDeployed } from './record.ts';
import { readEntry } from './secret-entry.ts';
import { ensureSecrets } from './secrets-step.ts';
import { createSkill, ensureStacks, fingerprintIn, originsOf, type Stacks } from './stacks-step.ts';
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
  await ensureSecrets(context, secretArn, skillId);
  const stacksPlan = { ...plan, values };
  const stacks = await ensureStacks(context, stacksPlan, { ...existing, skillId });
  for (const state of states) await finishState(context, state);
  noteDeployed(root, context.profile.name, fingerprintIn(context, stacksPlan, stacks), Object.values(stacks.byName));

  const origins = originsOf(stacks.home);
  await ensureLinking(context, skillId, secretArn, origins);
  await verify(context, plan, stacks, { skillId, secretArn, origins });
  for (const one of Object.values(values)) await noteUnconfirmed(context, plan, one);
  return { skillId, origin: origins[0] };
}

/** Reads everything back. @throws Failure for the first difference */
async function verify(
  context: DeployContext,
  plan: DeployPlan,
  { byName }: Stacks,
  {
    skillId,
    secretArn,
    origins,
  }: { readonly skillId: string; readonly secretArn: string; readonly origins: readonly [string, ...string[]] },
): Promise<void> {
  const { ask, aws, say, profile } = context;
  const { text: secretText } = await aws.secret(secretArn);
  const wrong = wrongIn({
    status: await ask.manifestStatus(skillId),
    manifest: await ask.manifest(skillId),
    messaging: await ask.messaging(skillId),
    linking: await ask.accountLinking(skillId),
    entry: readEntry(secretText),
    stacks: byName,
    subscriptions: plan.subscriptions,
    origins,
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
