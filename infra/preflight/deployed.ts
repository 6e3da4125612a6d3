import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Typed } from '../../desk/person.ts';
import { parseSecrets } from '../../lambda/adapters/environment/secrets.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import { once } from '../../lambda/handlers/lazy.ts';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import type { AskCli } from '../deploy/ask.ts';
import type { AskProfile } from '../deploy/ask-profile.ts';
import { type Stack as StackState, stacksOf } from '../deploy/aws/stacks.ts';
import { AWS_REGION } from '../deploy/regions.ts';
import { currentSecret, linkingClient, readEntry, redirectUris, wasSent } from '../deploy/secret-entry.ts';
import { sourcesOf } from '../logs/read.ts';
import { readCounted } from './counted.ts';
import { readMessageSettings } from './message-settings.ts';
import { toManifest } from './skill-package.ts';
import { type AwsAccess, readStack } from './stack-settings.ts';
import type { Target } from './target.ts';

export interface DeployedOptions {
  readonly skillId: string;
  readonly profile: AskProfile;
  readonly aws: AwsAccess;
  readonly ask: Pick<AskCli, 'accountLinking' | 'messaging' | 'manifest'>;
  readonly publish: boolean;
  /** By its id or name, where a skill has several in one region. */
  readonly stack?: string;
  readonly account?: Typed;
}

/** A skill in its stage `development`, and its stacks. Everything is read when a check first needs it. */
export function openDeployed({ skillId, profile, aws, ask, publish, stack, account }: DeployedOptions): Target {
  const states = once(() => statesOf(skillId, stack, aws));
  const stacks = once(async () => await Promise.all((await states()).map((state) => readStack(state, aws))));
  const secretText = once(async () => {
    const arn = (await states())[0]?.outputs.SecretArn;
    if (!arn) throw new Error('the home region’s stack has no secret entry');
    return await secretOf(arn, aws);
  });
  return {
    title: `the skill ${skillId} and its stacks`,
    clock: systemClock,
    skillId,
    redirectUris: redirectUris(profile.vendorId),
    lwaTokenUrl: process.env.LWA_TOKEN_URL ?? 'https://api.amazon.com/auth/o2/token',
    lwaAuthorizeUrl: process.env.LWA_AUTHORIZE_URL ?? 'https://www.amazon.com/ap/oa',
    publish,
    deployed: true,
    ...(account && { account }),
    accountLinking: once(async () => {
      const shown = await ask.accountLinking(skillId);
      const entry = readEntry(await secretText());
      const client = linkingClient(entry, shown?.clientId);
      const { type = '', authorizationUrl, accessTokenUrl, clientId = '', scopes = [], redirectUrls } = shown ?? {};
      if (!authorizationUrl || !accessTokenUrl) throw new Error('account linking is not set; run npm run deploy');
      const clientSecret = (client && currentSecret(client)) ?? '';
      return {
        type,
        authorizationUrl,
        tokenUrl: accessTokenUrl,
        clientId,
        clientSecret,
        scopes,
        redirectUrls: redirectUrls ?? [],
        ...(entry.sentToAlexa && { wasSent: wasSent(entry, { clientId, clientSecret }) }),
      };
    }),
    secrets: async () => parseSecrets(await secretText()),
    messaging: once(() => ask.messaging(skillId)),
    manifest: once(async () => toManifest(await ask.manifest(skillId))),
    stacks,
    counted: once(async () => {
      const logs = (await states()).flatMap(sourcesOf);
      const linking = logs.find((source) => source.function === 'account-linking');
      return await readCounted(await stacks(), aws, systemClock.now(), linking);
    }),
    messages: once(async () => {
      const [home] = await stacks();
      const maintenance = home?.functions.maintenance;
      if (!maintenance) throw new Error('the home region has no maintenance function');
      return await readMessageSettings(maintenance, home.awsRegion, aws);
    }),
    async invoke(region: AlexaRegion, event) {
      const state = (await states()).find(({ awsRegion }) => awsRegion === AWS_REGION[region]);
      const name = state?.outputs.SkillEndpoint?.split(':').at(-1);
      if (!(state && name)) throw new Error(`there is no skill function in ${region}`);
      return await aws.lambda.invoke(state.awsRegion, name, event);
    },
  };
}

/** The skill's stacks, the home region's first: it alone has a table. */
async function statesOf(skillId: string, wanted: string | undefined, { query }: AwsAccess): Promise<StackState[]> {
  const all = await Promise.all(Object.values(AWS_REGION).map((awsRegion) => stacksOf(skillId, awsRegion, query)));
  const live = all
    .flat()
    .filter(({ status }) => status.endsWith('_COMPLETE') && status !== 'ROLLBACK_COMPLETE')
    .filter(({ id, awsRegion }) => wanted === undefined || isCalled(id, wanted) || !isRegionOf(wanted, awsRegion));
  const twice = live.find((one) => live.some((other) => other !== one && other.awsRegion === one.awsRegion));
  if (twice) throw new Error(`the skill has several stacks in ${twice.awsRegion}; name one with --stack`);
  return live.sort((a, b) => Number('TableName' in b.outputs) - Number('TableName' in a.outputs));
}

/** `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID` */
const isCalled = (id: string, wanted: string): boolean => id === wanted || id.split('/')[1] === wanted;

/** An ARN chooses in its own region only; a name, wherever there is such a stack. */
const isRegionOf = (wanted: string, awsRegion: string): boolean =>
  !wanted.startsWith('arn:') || wanted.split(':')[3] === awsRegion;

async function secretOf(arn: string, { clientOptions }: AwsAccess): Promise<string> {
  const client = new SecretsManagerClient(clientOptions(arn.split(':')[3] ?? ''));
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString ?? '';
  } finally {
    client.destroy();
  }
}
