import { type AccountLinking, differences, wantedLinking } from './account-linking.ts';
import type { Stack } from './aws/stacks.ts';
import { Failure } from './failure.ts';
import type { LinkingPlace } from './linking-step.ts';
import { makersLinkingOf, makersPair, wantedMakersLinking } from './makers-linking.ts';
import { SEND_EVENTS, type SkillManifest } from './manifest.ts';
import { currentSecret, type Entry, linkingClient, type Pair, redirectUris, wasSent } from './secret-entry.ts';

/** What was read back of the skill itself. */
interface OfManifest {
  readonly status: string | undefined;
  readonly manifest: SkillManifest;
  /** By ask-cli's name of the region. */
  readonly stacks: Readonly<Record<string, Stack>>;
  readonly subscriptions: readonly string[];
}

/** What was read back, from Amazon and from AWS. */
export interface ReadBack extends OfManifest {
  readonly messaging: Pair;
  readonly entry: Entry;
  readonly linking: AccountLinking | undefined;
  readonly place: LinkingPlace;
  readonly vendorId: string;
}

const AGAIN = 'Run npm run deploy -- --force.';

/** Every difference from what should be there; empty when all is well. */
export function wrongIn(read: ReadBack): Failure[] {
  return [...wrongInManifest(read), ...wrongInSecrets(read)];
}

/** The differences that `ask deploy` repairs. */
export function wrongInManifest({ status, manifest, stacks, subscriptions }: OfManifest): Failure[] {
  const { apis, permissions, events } = manifest.manifest;
  const subscribed = new Set(events?.subscriptions?.map(({ eventName }) => eventName));
  const missing = subscriptions.filter((name) => !subscribed.has(name));
  const wrong: Failure[] = [];
  if (status !== 'SUCCEEDED')
    wrong.push(new Failure(`Amazon's last update of the manifest has the status ${status ?? 'unknown'}.`, AGAIN));
  for (const [region, { outputs }] of Object.entries(stacks)) {
    for (const [what, place] of [
      ['directives', apis.smartHome],
      ['skill events', events],
    ] as const) {
      if (what === 'skill events' && subscriptions.length === 0) continue;
      const uri = region === 'default' ? place?.endpoint?.uri : place?.regions?.[region]?.endpoint?.uri;
      if (uri !== outputs.SkillEndpoint) {
        wrong.push(
          new Failure(
            `Alexa sends ${what} of the region ${region} to ${uri ?? 'no function'} instead of the stack's function.`,
            AGAIN,
          ),
        );
      }
    }
  }
  if (!permissions?.some(({ name }) => name === SEND_EVENTS)) {
    wrong.push(
      new Failure(
        'The skill has no permission to send events to Alexa.',
        `Add the permission ${SEND_EVENTS} to skill-package/skill.json, and run npm run deploy.`,
      ),
    );
  }
  if (missing.length > 0) wrong.push(new Failure(`The skill is not subscribed to ${missing.join(', ')}.`, AGAIN));
  return wrong;
}

function wrongInSecrets(read: ReadBack): Failure[] {
  const { messaging, entry, linking, place, vendorId } = read;
  const wrong: Failure[] = [];
  const { clientId, clientSecret } = entry.messaging;
  if (clientId !== messaging.clientId || clientSecret !== messaging.clientSecret) {
    wrong.push(
      new Failure(
        'The messaging credentials in the secret entry belong to another skill.',
        'Run npm run deploy again.',
      ),
    );
  }
  if (place.linked === 'maker') return [...wrong, ...wrongInMakersLinking(read)];
  const client = linkingClient(entry, linking?.clientId);
  const missing = redirectUris(vendorId).filter((uri) => !client?.redirectUris.includes(uri));
  if (missing.length > 0)
    wrong.push(
      new Failure(
        `The linking client does not accept the redirect URI ${missing.join(' and ')}.`,
        'Run npm run deploy again.',
      ),
    );
  const secret = client && currentSecret(client);
  if (!client || secret === undefined || !wasSent(entry, { clientId: client.id, clientSecret: secret })) {
    wrong.push(new Failure('Alexa has another client secret than the secret entry.', 'Run npm run deploy again.'));
  }
  const differing = client ? differences(linking, wantedLinking(place.origins, client.id, linking)) : ['clientId'];
  if (differing.length > 0)
    wrong.push(new Failure(`Account linking differs in ${differing.join(', ')}.`, 'Run npm run deploy again.'));
  return wrong;
}

/** Where a maker's own authorization server links accounts. */
function wrongInMakersLinking({ entry, linking }: ReadBack): Failure[] {
  const wrong: Failure[] = [];
  if (!wasSent(entry, makersPair(makersLinkingOf(entry))))
    wrong.push(new Failure('Alexa has another client secret than the secret entry.', 'Run npm run deploy again.'));
  const differing = differences(linking, wantedMakersLinking(entry, linking));
  if (differing.length > 0)
    wrong.push(new Failure(`Account linking differs in ${differing.join(', ')}.`, 'Run npm run deploy again.'));
  return wrong;
}
