import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DeskClock } from '../../desk/clock.ts';
import { startMyLeviton } from '../../desk/my-leviton/emulator.ts';
import { startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createAccountLinking } from '../../lambda/handlers/account-linking.ts';
import type { Clock } from '../../lambda/ports/clock.ts';

const REDIRECT = 'https://pitangui.amazon.com/api/skill/link/M1';
const ORIGIN = 'https://link.example';
const ROUNDS = 40;
const ADDRESSES = 20;

/** Counts who waits on it. */
class CountingClock extends DeskClock implements Clock {
  waiting = 0;
  override async wait(ms: number, signal?: AbortSignal): Promise<void> {
    this.waiting += 1;
    try {
      await super.wait(ms, signal);
    } finally {
      this.waiting -= 1;
    }
  }
}

const clock = new CountingClock(new Date('2026-03-01T12:00:00.000Z'));
let answer: ReturnType<typeof createAccountLinking>;
let close: () => Promise<unknown>;
beforeAll(async () => {
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
  answer = createAccountLinking(environment, { clock, log: createLog('silent', clock) });
  close = () => Promise.all([table.close(), myLeviton.close()]);
});
afterAll(() => close());

const page = `/authorize?${new URLSearchParams({ client_id: 'alexa', response_type: 'code', redirect_uri: REDIRECT })}`;

function ask(path: string, fields?: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
  const init = fields ? { method: 'POST', body: new URLSearchParams(fields), headers } : { headers };
  return answer(new Request(ORIGIN + path, init), '203.0.113.7');
}

const token = (fields: Readonly<Record<string, string>>, secret = 'secret') =>
  ask('/token', fields, { Authorization: `Basic ${Buffer.from(`alexa:${secret}`).toString('base64')}` });

/** Signs in, and exchanges the code. @returns the refresh token */
async function linkUp(): Promise<string> {
  const shown = await ask(page);
  const form = /name="form" value="([^"]*)"/.exec(await shown.text())?.[1] ?? '';
  const [cookie = ''] = shown.headers.getSetCookie().map((set) => set.split(';')[0] ?? '');
  const done = await ask('/authorize', { form, email: 'mary@example.org', password: 'password' }, { cookie });
  const code = new URL(done.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const exchanged = await token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT });
  return ((await exchanged.json()) as { refresh_token: string }).refresh_token;
}

/** One request of each kind, also such as an attacker sends. */
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

/** What keeps the process busy, by kind. */
const held = () => {
  const kinds = process.getActiveResourcesInfo();
  const count = (kind: string) => kinds.filter((one) => one === kind).length;
  return { timers: count('Timeout'), sockets: count('TCPSocketWrap'), waiting: clock.waiting };
};

test('nothing is held by the requests that were answered', async () => {
  const refreshToken = await linkUp();
  await round(refreshToken);
  const before = held();
  expect(before.waiting).toBe(0);
  for (let index = 0; index < ROUNDS; index += 1) {
    expect(await round(refreshToken)).toEqual([200, 400, 401, 200, 400, 200]);
  }
  expect(held().waiting).toBe(0);
  expect(held().sockets).toBeLessThanOrEqual(before.sockets);
  // A connection that is kept has a timer of its own, which comes and goes.
  while (held().timers > before.timers + 2) await new Promise((resolve) => setTimeout(resolve, 20));
});

test('requests for many names hold no connections', async () => {
  const before = held();
  for (let name = 0; name < ADDRESSES; name += 1) {
    const request = new Request(`https://name${name}.example/.well-known/oauth-authorization-server`);
    expect((await answer(request, '')).status).toBe(200);
  }
  expect(held().sockets).toBeLessThanOrEqual(before.sockets);
});
