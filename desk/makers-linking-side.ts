import { randomBytes } from 'node:crypto';
import type { Secrets } from '../lambda/ports/secrets.ts';
import type { EmulatedAlexa } from './alexa/contract.ts';
import type { DeskClock } from './clock.ts';
import { type LinkingSide, newSealingKey } from './linking-side.ts';
import type { EmulatedMaker } from './maker/contract.ts';
import type { SignInServer, SignInServerSettings } from './maker/sign-in-server/contract.ts';
import { startSignInServer } from './maker/sign-in-server/server.ts';

/** Account linking with a maker's own authorization server: what the developer console and the secret entry say of it. */
export interface MakersLinkingSide extends LinkingSide {
  readonly signInServer: SignInServer;
}

export interface MakersLinkingOptions {
  readonly clock: DeskClock;
  readonly maker: EmulatedMaker;
  readonly messaging: EmulatedAlexa['messaging'];
  readonly redirectUri: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly signIn?: SignInServerSettings;
  /** Whether the skill has a client of its own there, for reads without Alexa. */
  readonly service: boolean;
}

/** The skill's clients at the server: the first one, and those that replace it. Old links bring the old ones. */
const CLIENT_IDS = Array.from({ length: 9 }, (_, index) => `alexa-${index + 1}`);
const SERVICE_ID = 'alexa-skill';

export async function createMakersLinkingSide(options: MakersLinkingOptions): Promise<MakersLinkingSide> {
  const { clock, maker, messaging, redirectUri, settings, signIn = {}, service } = options;
  const signInServer = await startSignInServer({
    clock,
    settings: signIn,
    checkPassword: (email, password) => maker.checkPassword(email, password),
  });
  maker.trust(signInServer);
  let client = { id: CLIENT_IDS[0] ?? '', secret: newSecret() };
  await signInServer.addClient({ ...client, redirectUris: [redirectUri] });
  const serviceSecret = newSecret();
  if (service) await signInServer.addClient({ id: SERVICE_ID, secret: serviceSecret });
  const { authorizationUrl, tokenUrl, scope } = signInServer;
  const authorizationServer =
    signIn.tokens === 'opaque'
      ? { kind: 'opaque', introspectionUrl: signInServer.introspectionUrl, ...introspecting(client) }
      : { kind: 'jwt', issuers: [signInServer.url], jwksUrl: signInServer.jwksUrl, algorithms: ['ES256'] };
  const { linkClaim } = signInServer;
  let secrets: Secrets = {
    messaging,
    sealingKeys: [newSealingKey('desk-1')],
    deviceEventsKey: newSecret(),
    linkingClients: [],
    authorizationServers: [{ ...authorizationServer, alias: 'acme', clientIds: CLIENT_IDS, linkClaim }],
    ...(service && { deviceCloudClient: { tokenUrl, clientId: SERVICE_ID, clientSecret: serviceSecret } }),
  };
  return {
    signInServer,
    get secrets() {
      return secrets;
    },
    get environment() {
      return { ...settings, LINK_MODE: 'passthrough', SECRETS_JSON: JSON.stringify(secrets) };
    },
    urls: [],
    get console() {
      return { authorizationUrl, tokenUrl, scope, clientId: client.id, clientSecret: client.secret };
    },
    async serve() {
      throw new Error("The address of the maker's sign-in server is the maker's to change.");
    },
    /** oidc-provider keeps one secret for a client, so a new secret is a new client. */
    async rotateClientSecret() {
      const id = CLIENT_IDS[CLIENT_IDS.indexOf(client.id) + 1] ?? '';
      client = { id, secret: newSecret() };
      await signInServer.addClient({ ...client, redirectUris: [redirectUri] });
    },
    replaceSealingKey() {
      const { sealingKeys } = secrets;
      secrets = { ...secrets, sealingKeys: [newSealingKey('desk-2')] };
      return () => {
        secrets = { ...secrets, sealingKeys };
      };
    },
    close: () => signInServer.close(),
  };
}

const newSecret = () => randomBytes(24).toString('hex');

const introspecting = ({ id, secret }: { readonly id: string; readonly secret: string }) => ({
  clientId: id,
  clientSecret: secret,
});
