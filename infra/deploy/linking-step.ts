import { differences, wantedLinking } from './account-linking.ts';
import type { DeployContext } from './context.ts';
import { Failure } from './failure.ts';
import { wasSent } from './secret-entry.ts';
import { linkingOf, noteSent } from './secrets-step.ts';

/** Sends Amazon the account linking where it differs, and reads it back. */
export async function ensureLinking(
  context: DeployContext,
  skillId: string,
  secretArn: string,
  origins: readonly [string, ...string[]],
): Promise<void> {
  const { ask, say, options } = context;
  const [origin] = origins;
  const shown = await ask.accountLinking(skillId);
  const linking = await linkingOf(context, secretArn, shown?.clientId);
  const wanted = wantedLinking(origins, linking.clientId, shown);
  const differing = differences(shown, wanted);
  const sent = wasSent(linking.entry, linking);
  const asIs = differing.length === 0 && sent && !options.force;
  if (asIs && !linking.entry.rotating) {
    say('unchanged', `account linking at ${origin}`);
    return;
  }
  if (!asIs) await ask.setAccountLinking(skillId, wanted, linking);
  const still = differences(await ask.accountLinking(skillId), wanted);
  if (still.length > 0) {
    throw new Failure(
      `Amazon accepted the account linking, but still shows another ${still.join(', ')}.`,
      'Run npm run deploy again. If the message stays, set these fields in the developer console under Account Linking.',
    );
  }
  say(shown ? 'changed' : 'done', `account linking at ${origin}`);
  await noteSent(context, secretArn, linking);
}
