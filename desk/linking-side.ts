import { randomBytes } from 'node:crypto';
import { createAccountLinking } from '../lambda/handlers/account-linking.ts';
import type { Overrides } from '../lambda/handlers/compose.ts';
import type { Secrets } from '../lambda/ports/secrets.ts';
import type { EmulatedAlexa } from './alexa/contract.ts';
import type { LinkingSettings } from './alexa/token-endpoint.ts';
import type { LinkingFaultStates } from './linking-faults.ts';
import { type HideableServer, serveLinking } from './linking-server.ts';

/** The skill's half of account linking, and what the developer console and the secret entry say of it at the moment. */
export interface LinkingSide {
  readonly secrets: Secrets;
  readonly console: LinkingSettings;
  /** Addresses of the linking server, the newest first. */
  readonly urls: readonly string[];
  /** The environment variables of the functions. */
  readonly environment: Readonly<Record<string, string>>;
  /** The linking server gets a further address, which is the console's from now on; the others go on answering. */
  serve(): Promise<void>;
  rotateClientSecret(): Promise<void>;
  /** The secret entry gets another client secret and loses the old one, until the returned function is called. */
  loseClientSecret?(): () => void;
  /** Cuts the connections of the linking server. */
  cut?(): void;
  /** The secret entry gets another sealing key and loses the old one, until the returned function is called. */
  replaceSealingKey(): () => void;
  close(): Promise<void>;
}

export function createLinkingSide(
  messaging: EmulatedAlexa['messaging'],
  redirectUri: string,
  settings: Readonly<Record<string, string>>,
  overrides: Overrides,
  faults: LinkingFaultStates,
): LinkingSide {
  let secrets = makeSecrets(messaging, redirectUri);
  const servers: HideableServer[] = [];
  const urls = () => servers.map(({ url }) => url);
  const environment = () => ({
    ...settings,
    SECRETS_JSON: JSON.stringify(secrets),
    PUBLIC_URLS: urls().join(),
  });
  let linking = createAccountLinking(environment(), overrides);
  const changed = () => {
    linking = createAccountLinking(environment(), overrides);
  };
  return {
    get secrets() {
      return secrets;
    },
    get environment() {
      return environment();
    },
    get urls() {
      return urls();
    },
    get console() {
      const [url = ''] = urls();
      const clientSecret = secrets.linkingClients[0]?.secrets[0]?.secret ?? '';
      return faults.console({
        authorizationUrl: `${url}/authorize`,
        tokenUrl: `${url}/token`,
        clientId: CLIENT_ID,
        clientSecret,
        scope: 'lamps',
      });
    },
    async serve() {
      servers.unshift(
        await serveLinking(
          (request, address) => faults.around(request, (asked) => linking(asked, address)),
          () => faults.isHidden,
        ),
      );
      changed();
    },
    async rotateClientSecret() {
      secrets = withNewClientSecret(secrets, newClientSecret());
      changed();
    },
    loseClientSecret() {
      const { linkingClients } = secrets;
      secrets = withOnlyClientSecret(secrets, newClientSecret());
      changed();
      return () => {
        secrets = { ...secrets, linkingClients };
        changed();
      };
    },
    cut() {
      for (const server of servers) server.cut();
    },
    replaceSealingKey() {
      const { sealingKeys } = secrets;
      secrets = { ...secrets, sealingKeys: [newSealingKey('desk-2')] };
      changed();
      return () => {
        secrets = { ...secrets, sealingKeys };
        changed();
      };
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

const CLIENT_ID = 'alexa-desk';

export const newSealingKey = (id: string) => ({ id, key: randomBytes(32).toString('base64') });

const newClientSecret = (): string => randomBytes(24).toString('hex');

/** Fresh ones at each start: nothing here is worth keeping. */
const makeSecrets = (messaging: EmulatedAlexa['messaging'], redirectUri: string): Secrets => ({
  messaging,
  sealingKeys: [newSealingKey('desk-1')],
  deviceEventsKey: randomBytes(24).toString('hex'),
  linkingClients: [
    {
      id: CLIENT_ID,
      secrets: [{ secret: newClientSecret(), retired: false }],
      retired: false,
      redirectUris: [redirectUri],
      pkceRequired: false,
      rotates: false,
    },
  ],
});

/** Links made with the others can no longer refresh. */
const withOnlyClientSecret = (secrets: Secrets, secret: string): Secrets => ({
  ...secrets,
  linkingClients: secrets.linkingClients.map((client) => ({ ...client, secrets: [{ secret, retired: false }] })),
});

/** The new secret first; links made with the others go on refreshing. */
const withNewClientSecret = (secrets: Secrets, secret: string): Secrets => ({
  ...secrets,
  linkingClients: secrets.linkingClients.map((client) => ({
    ...client,
    secrets: [{ secret, retired: false }, ...client.secrets.map((old) => ({ ...old, retired: true }))],
  })),
});
