import { mkdirSync } from 'node:fs';
import { DeskClock } from '../../desk/clock.ts';
import { startMyLeviton } from '../../desk/my-leviton/emulator.ts';
import { signInAsPerson } from '../../desk/person.ts';
import { startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { fromUrlResult, type RunningFunction, startFunction, toUrlEvent, unpack } from './functions.ts';
import type { StandInStack } from './held-stacks.ts';
import { json, serveLoopback } from './loopback.ts';
import type { StandInSkill } from './smapi.ts';
import { VENDOR } from './workshop.ts';

/** What Alexa keeps of a link. */
export interface Tokens {
  readonly status: number;
  readonly access: string;
  readonly refresh: string;
}

/** A customer of the deployed code, whose account, table and plugs outlast deployments. Only outside services are stand-ins. */
export interface Customer {
  /** Starts the functions of a stack, as Lambda does after a deploy: with its code and its environment variables, and nothing else. */
  use(stack: StandInStack, skill: StandInSkill, archive: Buffer): Promise<void>;
  /** Signs in on the page and has Alexa exchange the code. */
  link(): Promise<Tokens>;
  /** @param origin where the link was made; absent: where account linking is now */
  refresh(token: string, origin?: string): Promise<Tokens>;
  /** The answer to AcceptGrant. */
  acceptGrant(token: string): Promise<string>;
  /** Names of the endpoints that Discover answers with. */
  discover(token: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

const REDIRECT = `https://layla.amazon.com/api/skill/link/${VENDOR}`;
const PERSON = { email: 'ada@example.org', password: 'a-password-7', keep: true };

/** @param tableName the table that exists; functions that use another find none */
export async function openCustomer(root: string, folder: string, tableName: string, awsUrl: string): Promise<Customer> {
  const [myLeviton, table] = await Promise.all([
    startMyLeviton({ clock: new DeskClock() }),
    startEmbeddedTable({ tableName }),
  ]);
  const account = myLeviton.addAccount(PERSON);
  myLeviton.addSwitch(account.residenceIds[0] ?? 0, { name: 'Bedroom lamp' });
  let running: { skill: StandInSkill; skillFunction: RunningFunction; linkingFunction: RunningFunction } | undefined;
  const used = () => {
    if (!running?.skill.accountLinking) throw new Error('Amazon holds no account linking');
    return { ...running, linking: running.skill.accountLinking };
  };
  const lwa = await serveTokens(() => used().skill);
  /** The host of the next request, where it is not that of account linking. */
  let calledAt: string | undefined;
  const front = await serveFront(used, () => calledAt);
  const here = (address: string) => address.replace(/^https:\/\/[^/]+/, front.url);

  async function stop(): Promise<void> {
    await Promise.all([running?.skillFunction.stop(), running?.linkingFunction.stop()]);
    running = undefined;
  }

  async function exchange(fields: Readonly<Record<string, string>>): Promise<Tokens> {
    const { linking } = used();
    const answer = await fetch(here(linking.accessTokenUrl), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        authorization: `Basic ${Buffer.from(`${linking.clientId}:${linking.clientSecret}`).toString('base64')}`,
      },
      body: new URLSearchParams(fields).toString(),
    });
    const body = (await answer.json()) as { access_token?: string; refresh_token?: string };
    return { status: answer.status, access: body.access_token ?? '', refresh: body.refresh_token ?? '' };
  }

  const direct = async (namespace: string, name: string, payload: object) => {
    const header = { namespace, name, payloadVersion: '3', messageId: name };
    return await used().skillFunction.invoke({ directive: { header, payload } });
  };

  return {
    async use(stack, skill, archive) {
      await stop();
      const code = `${folder}/${stack.parameters.CodeVersion}`;
      mkdirSync(code, { recursive: true });
      unpack(archive, code);
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
        startFunction(root, code, handlerOf(stack, name), { ...environmentOf(stack, name), ...context });
      const [skillFunction, linkingFunction] = await Promise.all([start('SkillFunction'), start('LinkingFunction')]);
      running = { skill, skillFunction, linkingFunction };
    },
    async link() {
      const { linking } = used();
      const url = new URL(here(linking.authorizationUrl));
      url.search = new URLSearchParams({
        client_id: linking.clientId,
        response_type: 'code',
        state: 'state-of-alexa',
        scope: linking.scopes.join(' '),
        redirect_uri: REDIRECT,
      }).toString();
      await signInAsPerson(url.href, PERSON);
      const code = front.code();
      return await exchange({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT });
    },
    async refresh(token, origin) {
      calledAt = origin && new URL(origin).host;
      try {
        return await exchange({ grant_type: 'refresh_token', refresh_token: token });
      } finally {
        calledAt = undefined;
      }
    },
    async acceptGrant(token) {
      const grant = { type: 'OAuth2.AuthorizationCode', code: 'a-code' };
      return nameOf(
        await direct('Alexa.Authorization', 'AcceptGrant', { grant, grantee: { type: 'BearerToken', token } }),
      );
    },
    discover: async (token) =>
      endpointsOf(await direct('Alexa.Discovery', 'Discover', { scope: { type: 'BearerToken', token } })),
    async close() {
      await stop();
      await Promise.all([front, lwa, myLeviton, table].map((one) => one.close()));
    },
  };
}

interface Used {
  readonly linking: NonNullable<StandInSkill['accountLinking']>;
  readonly linkingFunction: RunningFunction;
}

/** The function URL; and Alexa's page that the browser comes back to, which is not on this machine. */
async function serveFront(used: () => Used, calledAt: () => string | undefined) {
  let cameBack: URL | undefined;
  const front = await serveLoopback(async (asked) => {
    if (asked.url.pathname === '/came-back') {
      cameBack = asked.url;
      return { status: 200, body: 'The skill is linked.' };
    }
    const { linking, linkingFunction } = used();
    const domain = calledAt() ?? new URL(linking.authorizationUrl).host;
    const result = fromUrlResult(await linkingFunction.invoke(toUrlEvent(asked, domain)));
    const { status, headers = {}, cookies, body } = result;
    const location = headers.location?.replace(REDIRECT, '/came-back').replace(`https://${domain}`, '');
    return {
      status,
      headers: { ...headers, ...(location && { location }), ...(cookies[0] && { 'set-cookie': cookies[0] }) },
      body: body ?? '',
    };
  });
  return { ...front, code: () => cameBack?.searchParams.get('code') ?? '' };
}

/** Login with Amazon, which knows the skill's messaging credentials. */
const serveTokens = (skill: () => StandInSkill) =>
  serveLoopback(({ body }) => {
    const form = new URLSearchParams(body.toString());
    const { messaging } = skill();
    const right = form.get('client_id') === messaging.clientId && form.get('client_secret') === messaging.clientSecret;
    if (!right) return json(401, { error: 'invalid_client' });
    return json(200, { access_token: 'Atza|1', refresh_token: 'Atzr|1', token_type: 'bearer', expires_in: 3600 });
  });

const handlerOf = ({ resources }: StandInStack, name: string): string => String(resources[name]?.properties.Handler);

const environmentOf = ({ resources }: StandInStack, name: string): Record<string, string> =>
  (resources[name]?.properties.Environment as { Variables: Record<string, string> } | undefined)?.Variables ?? {};

const nameOf = (answer: unknown): string => (answer as { event: { header: { name: string } } }).event.header.name;

const endpointsOf = (answer: unknown): string[] =>
  (answer as { event: { payload: { endpoints?: { friendlyName: string }[] } } }).event.payload.endpoints?.map(
    ({ friendlyName }) => friendlyName,
  ) ?? [];
