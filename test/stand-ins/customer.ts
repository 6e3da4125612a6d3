import { mkdirSync } from 'node:fs';
import { DeskClock } from '../../desk/clock.ts';
import { startMyLeviton } from '../../desk/my-leviton/emulator.ts';
import { signInAsPerson } from '../../desk/person.ts';
import { startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import type { StandInStack } from './aws-stacks.ts';
import { fromUrlResult, startFunction, toUrlEvent, unpack } from './functions.ts';
import { json, serveLoopback } from './loopback.ts';
import type { StandInSkill } from './smapi.ts';
import { VENDOR } from './workshop.ts';

export interface Tried {
  readonly files: readonly string[];
  /** The status of the answer to the code. */
  readonly tokenStatus: number;
  /** Names of the endpoints that Discover answered with. */
  readonly discovered: readonly string[];
  /** The answer to AcceptGrant. */
  readonly accepted: string;
}

const REDIRECT = `https://layla.amazon.com/api/skill/link/${VENDOR}`;
const PERSON = { email: 'ada@example.org', password: 'a-password-7', keep: true };

/**
 * A customer of the deployed code: links with the account linking that Amazon has, through the function at the stack's address. Then
 * sends AcceptGrant and Discover to the skill function. Only outside services are stand-ins.
 */
export async function tryAsCustomer(
  root: string,
  folder: string,
  archive: Buffer,
  stack: StandInStack,
  skill: StandInSkill,
  awsUrl: string,
): Promise<Tried> {
  const linking = skill.accountLinking;
  if (!linking) throw new Error('Amazon holds no account linking');
  mkdirSync(folder, { recursive: true });
  const files = unpack(archive, folder);
  const [myLeviton, table] = await Promise.all([
    startMyLeviton({ clock: new DeskClock() }),
    startEmbeddedTable({ tableName: stack.outputs.TableName ?? '' }),
  ]);
  const account = myLeviton.addAccount(PERSON);
  myLeviton.addSwitch(account.residenceIds[0] ?? 0, { name: 'Bedroom lamp' });
  const { messaging } = skill;
  const lwa = await serveLoopback(({ body }) => {
    const form = new URLSearchParams(body.toString());
    const right = form.get('client_id') === messaging.clientId && form.get('client_secret') === messaging.clientSecret;
    if (!right) return json(401, { error: 'invalid_client' });
    return json(200, { access_token: 'Atza|1', refresh_token: 'Atzr|1', token_type: 'bearer', expires_in: 3600 });
  });
  const context = {
    AWS_REGION: stack.awsRegion,
    AWS_ACCESS_KEY_ID: 'AKIASTANDIN',
    AWS_SECRET_ACCESS_KEY: 'stand-in',
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    MY_LEVITON_URL: myLeviton.url,
    MY_LEVITON_SOCKET_URL: myLeviton.socketUrl,
    LWA_TOKEN_URL: lwa.url,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const start = (name: string) =>
    startFunction(root, folder, handlerOf(stack, name), { ...environmentOf(stack, name), ...context });
  const [skillFunction, linkingFunction] = await Promise.all([start('SkillFunction'), start('LinkingFunction')]);

  // The function URL; and Alexa's page that the browser comes back to, which is not on this machine.
  const domain = new URL(linking.authorizationUrl).host;
  let cameBack: URL | undefined;
  const front = await serveLoopback(async (asked) => {
    if (asked.url.pathname === '/came-back') {
      cameBack = asked.url;
      return { status: 200, body: 'The skill is linked.' };
    }
    const {
      status,
      headers = {},
      cookies,
      body,
    } = fromUrlResult(await linkingFunction.invoke(toUrlEvent(asked, domain)));
    const location = headers.location?.replace(REDIRECT, '/came-back').replace(`https://${domain}`, '');
    return {
      status,
      headers: { ...headers, ...(location && { location }), ...(cookies[0] && { 'set-cookie': cookies[0] }) },
      body: body ?? '',
    };
  });
  const here = (address: string) => address.replace(`https://${domain}`, front.url);

  try {
    const url = new URL(here(linking.authorizationUrl));
    url.search = new URLSearchParams({
      client_id: linking.clientId,
      response_type: 'code',
      state: 'state-of-alexa',
      scope: linking.scopes.join(' '),
      redirect_uri: REDIRECT,
    }).toString();
    await signInAsPerson(url.href, PERSON);
    const answer = await fetch(here(linking.accessTokenUrl), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        authorization: `Basic ${Buffer.from(`${linking.clientId}:${linking.clientSecret}`).toString('base64')}`,
      },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: cameBack?.searchParams.get('code') ?? '',
        redirect_uri: REDIRECT,
      }).toString(),
    });
    const { access_token: token = '' } = (await answer.json()) as { access_token?: string };
    const header = (namespace: string, name: string) => ({ namespace, name, payloadVersion: '3', messageId: name });
    const accepted = await skillFunction.invoke({
      directive: {
        header: header('Alexa.Authorization', 'AcceptGrant'),
        payload: {
          grant: { type: 'OAuth2.AuthorizationCode', code: 'a-code' },
          grantee: { type: 'BearerToken', token },
        },
      },
    });
    const discovered = await skillFunction.invoke({
      directive: {
        header: header('Alexa.Discovery', 'Discover'),
        payload: { scope: { type: 'BearerToken', token } },
      },
    });
    return { files, tokenStatus: answer.status, accepted: nameOf(accepted), discovered: endpointsOf(discovered) };
  } finally {
    await Promise.all([skillFunction.stop(), linkingFunction.stop()]);
    await Promise.all([front, lwa, myLeviton, table].map((one) => one.close()));
  }
}

const handlerOf = ({ resources }: StandInStack, name: string): string => String(resources[name]?.properties.Handler);

const environmentOf = ({ resources }: StandInStack, name: string): Record<string, string> =>
  (resources[name]?.properties.Environment as { Variables: Record<string, string> } | undefined)?.Variables ?? {};

const nameOf = (answer: unknown): string => (answer as { event: { header: { name: string } } }).event.header.name;

const endpointsOf = (answer: unknown): string[] =>
  (answer as { event: { payload: { endpoints?: { friendlyName: string }[] } } }).event.payload.endpoints?.map(
    ({ friendlyName }) => friendlyName,
  ) ?? [];
