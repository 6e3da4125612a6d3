import type * as v from 'valibot';
import type { Clock } from '../../../../lambda/ports/clock.ts';
import { type Keys, signedHeaders } from '../../../deploy/aws/sign.ts';
import type { Observation } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import { type AdminApi, SettingsUnreadable } from './admin-api.ts';
import { Described, judgeCognito, Secrets } from './cognito.ts';
import { observed } from './observed.ts';

// Amazon Cognito: reads the settings. The rules are in `cognito.ts`.

export interface CognitoAccess {
  readonly keys: () => Promise<Keys>;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
}

const TARGET = 'AWSCognitoIdentityProviderService';
const TYPE = 'application/x-amz-json-1.1';

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolClient.html */
export async function observeCognito(
  { issuer, clientId }: MakerServer,
  api: AdminApi,
  { keys, environment, clock }: CognitoAccess,
): Promise<readonly Observation[]> {
  const [, region = '', pool = ''] =
    /^https:\/\/cognito-idp\.([\w-]+)\.amazonaws\.com(?:\.cn)?\/([\w-]+)/.exec(issuer) ?? [];
  const call = async <T extends v.GenericSchema>(action: string, what: string, schema: T, more: object = {}) => {
    if (pool === '')
      throw new SettingsUnreadable(
        'the issuer is not that of a user pool: https://cognito-idp.REGION.amazonaws.com/POOL',
      );
    const url = new URL(
      environment.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER || environment.AWS_ENDPOINT_URL || new URL(issuer).origin,
    );
    const body = JSON.stringify({ UserPoolId: pool, ClientId: clientId, ...more });
    const scope = { service: 'cognito-idp', region, at: clock.now() };
    const signed = { 'x-amz-target': `${TARGET}.${action}` };
    const headers = signedHeaders(url.host, TYPE, body, await found(keys), scope, ['POST', '/'], signed);
    const permission = `cognito-idp:${action} on the user pool ${pool}`;
    return (await api.read({ url: url.href, method: 'POST', body, headers, what, permission }, schema)).body;
  };
  const settings = observed(
    ['access-life', 'refresh-issued', 'refresh-life', 'access-kept', 'idle', 'repeat'],
    async () => {
      const { UserPoolClient } = await call('DescribeUserPoolClient', 'the settings of the app client', Described);
      return judgeCognito(UserPoolClient, region);
    },
  );
  const secrets = observed(['secrets'], async () => [
    await secretsOf((page) => call('ListUserPoolClientSecrets', 'the secrets of the app client', Secrets, page)),
  ]);
  return [...(await settings), ...(await secrets)];
}

const found = (keys: CognitoAccess['keys']): Promise<Keys> =>
  keys().catch(() => {
    throw new SettingsUnreadable(
      'there are no credentials of AWS here: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and the others',
    );
  });

type SecretsPage = v.InferOutput<typeof Secrets>;

/** Secrets of Cognito do not end by themselves. */
async function secretsOf(list: (page: object) => Promise<SecretsPage>): Promise<Observation> {
  let count = 0;
  let next: string | null | undefined;
  do {
    const page = await list(next ? { NextToken: next } : {});
    count += page.ClientSecrets.length;
    next = page.NextToken;
  } while (next);
  const base = { question: 'secrets', what: 'client secrets', wanted: 'at least one' } as const;
  if (count > 0) return { ...base, outcome: 'good', seen: `${count}, without an end` };
  const text = 'Create an app client with a client secret: an app client without one cannot get any.';
  return {
    ...base,
    outcome: 'bad',
    seen: 'none',
    why: 'the app client has no secret, and Alexa signs in with one',
    remedy: { text },
  };
}
