import { differences, wantedLinking } from './account-linking.ts';
import type { DeployContext } from './context.ts';
import { Failure } from './failure.ts';
import { wantedMakersLinking } from './makers-linking.ts';
import { wasSent } from './secret-entry.ts';
import { linkingOf, noteSent } from './secrets-step.ts';

/** Who links accounts, and for the skill's own server at which addresses, the preferred one first. */
export type LinkingPlace =
  | { readonly linked: 'maker' }
  | { readonly linked: 'skill'; readonly origins: readonly [string, ...string[]] };

/** Sends Amazon the account linking where it differs, and reads it back. */
export async function ensureLinking(
  context: DeployContext,
  skillId: string,
  secretArn: string,
  at: LinkingPlace,
): Promise<void> {
  const { ask, say, options } = context;
  const shown = await ask.accountLinking(skillId);
  const linking = await linkingOf(context, secretArn, shown?.clientId, at.linked);
  const wanted =
    at.linked === 'maker'
      ? wantedMakersLinking(linking.entry, shown)
      : wantedLinking(at.origins, linking.clientId, shown);
  const { origin } = new URL(wanted.authorizationUrl);
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
