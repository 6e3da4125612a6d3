import type { DeployContext } from './context.ts';
import { forgetDeployed } from './record.ts';
import {
  currentSecret,
  type Entry,
  linkingClient,
  type Pair,
  readEntry,
  redirectUris,
  sameEntry,
  withLinkingClient,
  withMessaging,
  withNewSecret,
  withOldSecretsRetired,
  withSent,
} from './secret-entry.ts';

/** What Alexa presents at our token endpoint. */
export interface Linking extends Pair {
  readonly entry: Entry;
}

/** Brings the secret entry up to date: messaging credentials, redirect URIs, a client secret. */
export async function settleSecrets(context: DeployContext, arn: string, skillId: string): Promise<void> {
  const { root, ask, aws, profile, say, options, makeSecret } = context;
  const before = readEntry(await aws.secretText(arn));
  const withPair = withMessaging(before, await ask.messaging(skillId));
  const knownId = (await ask.accountLinking(skillId))?.clientId;
  let after = withLinkingClient(withPair, redirectUris(profile.vendorId), makeSecret, knownId);
  const standing = linkingClient(before, knownId);
  if (options.rotatesClientSecret && standing && currentSecret(standing) !== undefined) {
    after = withNewSecret(after, standing.id, makeSecret());
  }
  if (!sameEntry(before, after)) {
    // Functions that run hold the old one until they are deployed again, whether or not this run gets so far.
    forgetDeployed(root, profile.name);
    await aws.putSecretText(arn, JSON.stringify(after));
  }
  say(sameEntry(before, withPair) ? 'unchanged' : 'changed', 'messaging credentials in the secret entry');
  const linking = "linking client in the secret entry, with Alexa's three redirect URIs";
  say(sameEntry(withPair, after) ? 'unchanged' : 'changed', linking);
}

/** The pair that Alexa is to have. */
export async function linkingOf({ aws }: DeployContext, arn: string, knownId: string | undefined): Promise<Linking> {
  const entry = readEntry(await aws.secretText(arn));
  const client = linkingClient(entry, knownId);
  const clientSecret = client && currentSecret(client);
  if (!client || clientSecret === undefined) throw new Error('the secret entry has no linking client in use');
  return { entry, clientId: client.id, clientSecret };
}

/** Notes that Alexa has the pair, and retires the secrets before it if they were being changed. */
export async function noteSent({ aws, say }: DeployContext, arn: string, { entry, ...pair }: Linking): Promise<void> {
  const sent = withSent(entry, pair);
  const after = entry.rotating ? withOldSecretsRetired(sent, pair.clientId) : sent;
  if (!sameEntry(entry, after)) await aws.putSecretText(arn, JSON.stringify(after));
  if (entry.rotating)
    say('done', 'the old client secrets make no new links from now on, and go on refreshing old ones');
}
