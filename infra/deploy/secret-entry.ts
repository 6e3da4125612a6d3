import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from '../../lambda/basics/json.ts';
import { Failure } from './failure.ts';

// How deploying changes the stack's secret entry. Every function here keeps fields that it does not know, above all the sealing keys.

const Client = v.looseObject({
  id: v.string(),
  secrets: v.array(v.looseObject({ secret: v.string(), retired: v.optional(v.boolean(), false) })),
  retired: v.optional(v.boolean(), false),
  redirectUris: v.array(v.string()),
});
export type Client = v.InferOutput<typeof Client>;

const Entry = v.looseObject({
  messaging: v.looseObject({ clientId: v.string(), clientSecret: v.string() }),
  linkingClients: v.optional(v.array(Client), []),
  /** With a maker's own authorization server, see `makers-linking.ts`. */
  authorizationServers: v.optional(v.unknown()),
  accountLinking: v.optional(v.unknown()),
  /** What Alexa was last given. Amazon never shows the secret again, so a difference is found with this. */
  sentToAlexa: v.optional(v.object({ clientId: v.string(), secretHash: v.string() })),
  operator: v.optional(v.unknown()),
  /** A rotation of the client secret has begun; the old secrets are not retired yet. */
  rotating: v.optional(v.boolean()),
});
export type Entry = v.InferOutput<typeof Entry>;

export interface Pair {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An entry that the functions can start with. @param sealingText at least 32 characters; every sealing key is derived from it */
export const firstEntry = (sealingText: string): Entry => ({
  messaging: { clientId: 'set-by-deploy', clientSecret: 'set-by-deploy' },
  linkingClients: [],
  sealingText,
});

/** @throws Failure that names no value */
export function readEntry(text: string): Entry {
  const entry = v.safeParse(Entry, parseJson(text));
  if (entry.success) return entry.output;
  // The issues are not passed on: they quote what could not be read.
  throw new Failure(
    "The stack's secret entry cannot be read.",
    'Restore its previous version (AWSPREVIOUS) in the Secrets Manager console, and run npm run deploy again.',
  );
}

export const withMessaging = (entry: Entry, { clientId, clientSecret }: Pair): Entry => ({
  ...entry,
  messaging: { ...entry.messaging, clientId, clientSecret },
});

/** Who runs the skill, for the end of each mail: every function reads the entry. @param operator empty: nobody is named */
export function withOperator(entry: Entry, operator: string): Entry {
  if (operator !== '') return { ...entry, operator };
  const { operator: _, ...unnamed } = entry;
  return unnamed;
}

/** Which of Alexa's pages a person comes back to depends on the person's region (Amazon: configure an authorization code grant). */
export const redirectUris = (vendorId: string): string[] =>
  ['pitangui.amazon.com', 'layla.amazon.com', 'alexa.amazon.co.jp'].map(
    (host) => `https://${host}/api/skill/link/${vendorId}`,
  );

/** The client that Alexa links with: the one that it knows already, or the first that is in use. */
export function linkingClient({ linkingClients }: Entry, knownId?: string): Client | undefined {
  const inUse = linkingClients.filter(({ retired }) => !retired);
  return inUse.find(({ id }) => id === knownId) ?? inUse[0];
}

/** The secret with which new links are made. */
export const currentSecret = (client: Client): string | undefined =>
  client.secrets.find(({ retired }) => !retired)?.secret;

/**
 * Ensures a linking client that accepts Alexa's redirect URIs. Existing secrets and URIs stay: old links use them.
 * @param makeSecret called when there is no secret in use
 */
export function withLinkingClient(
  entry: Entry,
  uris: readonly string[],
  makeSecret: () => string,
  knownId?: string,
): Entry {
  const standing = linkingClient(entry, knownId);
  const client: Client = standing ?? { id: freeId(entry), secrets: [], retired: false, redirectUris: [] };
  const missing = uris.filter((uri) => !client.redirectUris.includes(uri));
  const secrets =
    currentSecret(client) === undefined
      ? [{ secret: makeSecret(), retired: false }, ...client.secrets]
      : client.secrets;
  const completed = { ...client, secrets, redirectUris: [...client.redirectUris, ...missing] };
  const clients = standing
    ? entry.linkingClients.map((one) => (one === standing ? completed : one))
    : [completed, ...entry.linkingClients];
  return { ...entry, linkingClients: clients };
}

function freeId({ linkingClients }: Entry): string {
  const taken = new Set(linkingClients.map(({ id }) => id));
  if (!taken.has('alexa')) return 'alexa';
  let number = 2;
  while (taken.has(`alexa-${number}`)) number += 1;
  return `alexa-${number}`;
}

/** Begins a rotation: the new secret comes first; the old ones still make links until Alexa has the new one. */
export function withNewSecret(entry: Entry, clientId: string, secret: string): Entry {
  if (entry.rotating) return entry;
  return {
    ...changedClient(entry, clientId, (client) => ({
      ...client,
      secrets: [{ secret, retired: false }, ...client.secrets],
    })),
    rotating: true,
  };
}

/** Ends a rotation: the old secrets still refresh links, but make no new ones. */
export function withOldSecretsRetired(entry: Entry, clientId: string): Entry {
  const { rotating: _, ...rest } = changedClient(entry, clientId, (client) => {
    const current = client.secrets.findIndex(({ retired }) => !retired);
    return {
      ...client,
      secrets: client.secrets.map((one, index) => (index === current ? one : { ...one, retired: true })),
    };
  });
  return rest;
}

const changedClient = (entry: Entry, clientId: string, change: (client: Client) => Client): Entry => ({
  ...entry,
  linkingClients: entry.linkingClients.map((client) => (client.id === clientId ? change(client) : client)),
});

/** Remembers what Alexa was given. */
export const withSent = (entry: Entry, pair: Pair): Entry => ({
  ...entry,
  sentToAlexa: { clientId: pair.clientId, secretHash: hashOf(pair.clientSecret) },
});

/** Whether Alexa was given this pair last. */
export const wasSent = ({ sentToAlexa }: Entry, { clientId, clientSecret }: Pair): boolean =>
  sentToAlexa?.clientId === clientId && sentToAlexa.secretHash === hashOf(clientSecret);

/** It reveals nothing about a secret of 240 random bits. */
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export const sameEntry = (one: Entry, other: Entry): boolean => JSON.stringify(one) === JSON.stringify(other);
