import type { DeployContext } from './context.ts';
import { Failure } from './failure.ts';
import { type LinkedBy, makersLinkingOf, makersPair } from './makers-linking.ts';
import type { DeployPlan } from './plan.ts';
import { forgetDeployed } from './record.ts';
import {
  currentSecret,
  type Entry,
  firstEntry,
  linkingClient,
  type Pair,
  readEntry,
  redirectUris,
  sameEntry,
  withLinkingClient,
  withMessaging,
  withNewSecret,
  withOldSecretsRetired,
  withOperator,
  withSent,
} from './secret-entry.ts';

/** What Alexa presents at our token endpoint. */
export interface Linking extends Pair {
  readonly entry: Entry;
}

/** More writers than these at the same time: something else keeps changing the entry. */
const MOST_ATTEMPTS = 5;

/** Brings the secret entry up to date: messaging credentials, redirect URIs, a client secret. */
export async function ensureSecrets(
  context: DeployContext,
  arn: string,
  skillId: string,
  { linked, parameters: { OperatorName: operator } }: Pick<DeployPlan, 'linked' | 'parameters'>,
): Promise<void> {
  const { root, ask, profile, say, options, makeSecret } = context;
  const messaging = await ask.messaging(skillId);
  const knownId = (await ask.accountLinking(skillId))?.clientId;
  const uris = redirectUris(profile.vendorId);
  if (await context.aws.beginSecret(arn, () => JSON.stringify(firstEntry(makeSecret())))) {
    say('done', 'sealing key in the secret entry');
  }
  const withNames = (entry: Entry) => withOperator(withMessaging(entry, messaging), operator);
  const { before, after } = await changeEntry(context, arn, (entry) => {
    if (linked === 'maker') return withMessaging(entry, messaging);
    const standing = linkingClient(entry, knownId);
    const next = withLinkingClient(withNames(entry), uris, makeSecret, knownId);
    const rotates = options.rotatesClientSecret && standing && currentSecret(standing) !== undefined;
    const changed = rotates ? withNewSecret(next, standing.id, makeSecret()) : next;
    // Running functions hold the old entry until they are deployed again, even if this run stops here.
    if (!sameEntry(entry, changed)) forgetDeployed(root, profile.name);
    return changed;
  });
  const withPair = withMessaging(before, messaging);
  say(sameEntry(before, withPair) ? 'unchanged' : 'changed', 'messaging credentials in the secret entry');
  if (linked === 'maker') {
    makersLinkingOf(after);
    return;
  }
  const linking = "linking client in the secret entry, with Alexa's three redirect URIs";
  say(sameEntry(withNames(before), after) ? 'unchanged' : 'changed', linking);
  if (!sameEntry(withPair, withNames(before)))
    say('changed', `who runs the skill, as mails say: ${operator || 'nobody is named'}`);
}

/** The pair that Alexa must have. */
export async function linkingOf(
  { aws }: DeployContext,
  arn: string,
  knownId: string | undefined,
  linked: LinkedBy,
): Promise<Linking> {
  const entry = readEntry((await aws.secret(arn)).text);
  if (linked === 'maker') return { entry, ...makersPair(makersLinkingOf(entry)) };
  const client = linkingClient(entry, knownId);
  const clientSecret = client && currentSecret(client);
  if (!client || clientSecret === undefined) throw new Error('the secret entry has no linking client in use');
  return { entry, clientId: client.id, clientSecret };
}

/**
 * Notes that Alexa has the pair, and retires the older secrets if a rotation is under way.
 * @throws Failure when somebody else has changed the client secret since Alexa was given this one
 */
export async function noteSent(context: DeployContext, arn: string, pair: Pair): Promise<void> {
  const { before } = await changeEntry(context, arn, (entry) => {
    if (entry.linkingClients.length === 0) return withSent(entry, pair);
    const client = entry.linkingClients.find(({ id }) => id === pair.clientId);
    // Retiring now would retire the very secret that Alexa has.
    if (!client || currentSecret(client) !== pair.clientSecret) throw changedByOthers('the client secret');
    const sent = withSent(entry, pair);
    return entry.rotating ? withOldSecretsRetired(sent, pair.clientId) : sent;
  });
  if (before.rotating)
    context.say('done', 'the old client secrets make no new links from now on; existing links keep working with them');
}

/**
 * Changes the entry. If somebody else wrote since it was read, their change is kept and this one is made on top of it.
 * @param change called once per attempt
 * @returns the entry before and after the write that counted
 */
async function changeEntry(
  { aws, say }: DeployContext,
  arn: string,
  change: (entry: Entry) => Entry,
): Promise<{ before: Entry; after: Entry }> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const read = await aws.secret(arn);
    const before = readEntry(read.text);
    const after = change(before);
    if (sameEntry(before, after) || (await aws.replaceSecret(arn, read, JSON.stringify(after))))
      return { before, after };
    say('note', 'somebody else changed the secret entry at the same moment; their change is kept, trying again');
  }
  throw changedByOthers('the secret entry');
}

const changedByOthers = (what: string) =>
  new Failure(
    `Somebody else changed ${what} while this command was running. Nothing of theirs was overwritten.`,
    'Make sure that no other deployment or rotation is running, and run npm run deploy again.',
  );
