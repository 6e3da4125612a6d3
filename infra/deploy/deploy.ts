import { knownSkill } from './ask-states.ts';
import type { DeployContext } from './context.ts';
import { adopt, findExisting, regionsFor } from './existing.ts';
import { ensureLinking } from './linking-step.ts';
import { confirm, type DeployPlan, parametersOf, readFiles } from './plan.ts';
import { noteDeployed } from './record.ts';
import { readEntry } from './secret-entry.ts';
import { ensureSecrets } from './secrets-step.ts';
import { ensureStacks, fingerprintIn, originOf, outputOf, type Stacks } from './stacks-step.ts';
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
  const regions = regionsFor(options.regions, existing.stacks);
  const home = existing.stacks[regions.home];
  const plan: DeployPlan = { ...files, regions, parameters: await parametersOf(context, files.resources, home) };
  await confirm(context, plan, existing);
  if (adopt(root, context.profile.name, existing, regions)) {
    say('done', 'found the existing skill and its stacks, which this checkout did not know');
  }

  await context.build();
  say('done', 'built and checked the code');

  // Before the stack, if there is one: its functions restart with the deploy and read the secrets then. In a first deploy no function
  // has read anything yet.
  if (home) await ensureSecrets(context, outputOf(home, 'SecretArn'), existing.skillId ?? '');
  const stacks = await ensureStacks(context, plan, existing);
  const skillId = existing.skillId ?? knownSkill(root, context.profile.name) ?? '';
  const secretArn = outputOf(stacks.home, 'SecretArn');
  if (!home) await ensureSecrets(context, secretArn, skillId);
  noteDeployed(root, context.profile.name, fingerprintIn(context, plan, stacks), Object.values(stacks.byName));

  const origin = originOf(stacks.home);
  await ensureLinking(context, skillId, secretArn, origin);
  await verify(context, plan, stacks, skillId, origin);
  return { skillId, origin };
}

/** Reads everything back. @throws Failure for the first difference */
async function verify(
  context: DeployContext,
  plan: DeployPlan,
  { byName, home }: Stacks,
  skillId: string,
  origin: string,
): Promise<void> {
  const { ask, aws, say, profile } = context;
  const { text: secretText } = await aws.secret(outputOf(home, 'SecretArn'));
  const wrong = wrongIn({
    status: await ask.manifestStatus(skillId),
    manifest: await ask.manifest(skillId),
    messaging: await ask.messaging(skillId),
    linking: await ask.accountLinking(skillId),
    entry: readEntry(secretText),
    stacks: byName,
    subscriptions: plan.subscriptions,
    origin,
    vendorId: profile.vendorId,
  });
  const [first, ...more] = wrong;
  for (const { message } of more) say('note', message);
  if (first) throw first;
  say('done', 'checked the result: manifest, events, account linking and secrets are correct');
}
