import { serveLinking } from '../../desk/linking-server.ts';
import type { LocalSystem } from '../../desk/local-system.ts';
import type { Typed } from '../../desk/person.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createAccountLinking } from '../../lambda/handlers/account-linking.ts';
import { createSkill } from '../../lambda/handlers/skill.ts';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import type { Secrets } from '../../lambda/ports/secrets.ts';
import { consentRedirects } from '../deploy/account-linking.ts';
import { redirectUris as redirectUrisOf } from '../deploy/secret-entry.ts';
import { toManifest } from './skill-package.ts';
import { ALEXA_REGION, type Target } from './target.ts';
import { type Template, toStack } from './template.ts';

const SKILL_ID = 'amzn1.ask.skill.00000000-0000-0000-0000-000000000000';
const VENDOR_ID = 'M0DESK';

export interface LocalOptions {
  readonly system: LocalSystem;
  readonly account: Typed;
  /** What would be deployed: `infra/skill-stack.yaml`, `skill.json` as JSON, and the AWS regions, that of the account first. */
  readonly template: Template;
  readonly skillJson: object;
  readonly awsRegions: readonly string[];
  readonly subscriptions: readonly string[];
  readonly publish: boolean;
  /** Changes the secret entry that the deploy command would make. */
  readonly secrets?: (right: Secrets) => Secrets;
  /** Something before account linking, such as a CDN. */
  readonly front?: (request: Request, pass: (request: Request) => Promise<Response>) => Promise<Response>;
}

export interface LocalTarget extends Target {
  close(): Promise<void>;
}

/** The shipped functions on loopback beside a local system, set up as the deploy command sets them up, and what would be deployed around them. */
export async function startLocal(options: LocalOptions): Promise<LocalTarget> {
  const { system, account, awsRegions, publish, front = (request, pass) => pass(request) } = options;
  const redirectUris = redirectUrisOf(VENDOR_ID);
  const right: Secrets = {
    ...system.secrets,
    linkingClients: system.secrets.linkingClients.map((client) => ({ ...client, redirectUris })),
  };
  const secrets = options.secrets?.(right) ?? right;
  const { PUBLIC_URLS: _, ...rest } = system.environment;
  const environment: Record<string, string> = { ...rest, SECRETS_JSON: JSON.stringify(secrets) };
  const overrides = { clock: system.clock, log: createLog('silent', system.clock), queue: system.queue };
  const answer = createAccountLinking(environment, overrides);
  const server = await serveLinking((request, address) => front(request, (passed) => answer(passed, address)));
  const skills = new Map<AlexaRegion, ReturnType<typeof createSkill>>();
  for (const awsRegion of awsRegions) {
    const region = ALEXA_REGION[awsRegion] ?? 'NA';
    skills.set(region, createSkill({ ...environment, ALEXA_REGION: region }, overrides));
  }
  const invoke = async (region: AlexaRegion, event: unknown) => {
    const skill = skills.get(region);
    if (!skill) throw new Error(`there is no skill function in ${region}`);
    return await skill(event);
  };
  const [client] = right.linkingClients;
  const stacks = awsRegions.map((awsRegion, index) =>
    toStack(options.template, {
      awsRegion,
      isHome: index === 0,
      skillId: SKILL_ID,
      environment: { TABLE_NAME: environment.TABLE_NAME ?? '', SECRETS_ID: 'local' },
    }),
  );
  const arns = stacks.map(({ functions }) => functions.skill?.arn);
  const [endpoint, ...further] = arns;
  const regions = Object.fromEntries(
    further.map((arn, index) => [ALEXA_REGION[awsRegions[index + 1] ?? ''] ?? '', arn]),
  );
  return {
    title: 'the functions of this folder, on this machine',
    clock: system.clock,
    skillId: SKILL_ID,
    redirectUris,
    lwaTokenUrl: system.alexa.tokenUrl,
    lwaAuthorizeUrl: system.alexa.authorizeUrl,
    publish,
    deployed: false,
    account,
    accountLinking: async () => ({
      type: 'AUTH_CODE',
      authorizationUrl: `${server.url}/authorize`,
      tokenUrl: `${server.url}/token`,
      clientId: client?.id ?? '',
      clientSecret: client?.secrets[0]?.secret ?? '',
      scopes: ['lamps'],
      // The emulated Amazon knows the addresses of the local system; this one is served beside it.
      redirectUrls: [...system.alexa.skill.redirectUrls(), ...consentRedirects([server.url])],
    }),
    secrets: async () => secrets,
    messaging: async () => system.alexa.messaging,
    // As ask-cli completes it: the home region's function is the endpoint by default.
    manifest: async () => ({
      ...toManifest(options.skillJson),
      endpoint,
      regions,
      subscriptions: options.subscriptions,
      eventEndpoints: arns.filter((arn) => arn !== undefined),
    }),
    stacks: async () => stacks,
    invoke,
    acceptGrant: async (region, accessToken) => {
      const customer = system.alexa.addCustomer({
        region,
        invoke: (event) => invoke(region, event),
        accessToken: async () => accessToken,
      });
      await customer.acceptGrant();
    },
    passTime: (ms) => system.clock.advance(ms),
    close: () => server.close(),
  };
}
