import type { DeskClock } from '../../desk/clock.ts';
import { startMyLeviton } from '../../desk/my-leviton/emulator.ts';
import { startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createAccountLinking } from '../../lambda/handlers/account-linking.ts';

const REDIRECT = 'https://pitangui.amazon.com/api/skill/link/M1';
const ORIGIN = 'https://link.example';

/** The shipped linking function, which is asked directly. */
export interface LinkingFunction {
  readonly answer: ReturnType<typeof createAccountLinking>;
  /** Signs in, and exchanges the code. @returns the refresh token */
  linkUp(): Promise<string>;
  /** One request of each kind, also such as an attacker sends. @returns the statuses of the answers */
  round(refreshToken: string): Promise<number[]>;
  close(): Promise<unknown>;
}

/** What a round is answered. */
export const ROUND = [200, 400, 401, 200, 400, 200];

export async function openLinkingFunction(clock: DeskClock): Promise<LinkingFunction> {
  const [table, myLeviton] = await Promise.all([startEmbeddedTable(), startMyLeviton({ clock })]);
  myLeviton.addAccount({ email: 'mary@example.org', password: 'password' });
  const secrets = {
    messaging: { clientId: 'm', clientSecret: 's' },
    sealingKeys: [{ id: 'k1', key: Buffer.alloc(32, 1).toString('base64') }],
    linkingClients: [{ id: 'alexa', secrets: [{ secret: 'secret' }], redirectUris: [REDIRECT] }],
  };
  const environment = {
    TABLE_NAME: table.tableName,
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    MY_LEVITON_URL: myLeviton.url,
    SECRETS_JSON: JSON.stringify(secrets),
  };
  const answer = createAccountLinking(environment, { clock, log: createLog('silent', clock) });

  const page = `/authorize?${new URLSearchParams({ client_id: 'alexa', response_type: 'code', redirect_uri: REDIRECT })}`;

  function ask(
    path: string,
    fields?: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    const init = fields ? { method: 'POST', body: new URLSearchParams(fields), headers } : { headers };
    return answer(new Request(ORIGIN + path, init), '203.0.113.7');
  }

  const token = (fields: Readonly<Record<string, string>>, secret = 'secret') =>
    ask('/token', fields, { Authorization: `Basic ${Buffer.from(`alexa:${secret}`).toString('base64')}` });

  async function linkUp(): Promise<string> {
    const shown = await ask(page);
    const form = /name="form" value="([^"]*)"/.exec(await shown.text())?.[1] ?? '';
    const [cookie = ''] = shown.headers.getSetCookie().map((set) => set.split(';')[0] ?? '');
    const done = await ask('/authorize', { form, email: 'mary@example.org', password: 'password' }, { cookie });
    const code = new URL(done.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const exchanged = await token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT });
    return ((await exchanged.json()) as { refresh_token: string }).refresh_token;
  }

  async function round(refreshToken: string): Promise<number[]> {
    const answers = [
      await token({ grant_type: 'refresh_token', refresh_token: refreshToken }),
      await token({ grant_type: 'refresh_token', refresh_token: 'none of ours' }),
      await token({ grant_type: 'refresh_token', refresh_token: refreshToken }, 'wrong'),
      await ask(page),
      await ask('/authorize', { form: 'none of ours' }),
      await ask('/.well-known/oauth-authorization-server'),
    ];
    await Promise.all(answers.map((response) => response.text()));
    return answers.map(({ status }) => status);
  }

  return { answer, linkUp, round, close: () => Promise.all([table.close(), myLeviton.close()]) };
}
