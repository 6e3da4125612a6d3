import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { EmulatedMyLeviton } from '../../desk/my-leviton/contract.ts';
import { startMyLeviton } from '../../desk/my-leviton/emulator.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createAccountLinking } from '../../lambda/handlers/account-linking.ts';
import { testClock } from '../support/clock.ts';
import { openNamed } from './restored.ts';
import type { World } from './single-stack.ts';

// The restore drill with data: people link at the deployed server, the rows of a moment come back in the new table, and the shipped function
// reads them with what the deployed stack and the secret entry say.

const ORIGIN = 'https://lamps.example.org';
const PERSON = { email: 'mary@example.org', password: 'password' };

let drill: World;
let myLeviton: EmulatedMyLeviton;
let tables: EmbeddedTable[];
const clock = testClock(new Date());
beforeEach(async () => {
  [drill, myLeviton] = await Promise.all([openNamed(), startMyLeviton({ clock })]);
  myLeviton.addAccount(PERSON);
  tables = [];
});
afterEach(async () => {
  await Promise.all([drill, myLeviton, ...tables].map((one) => one.close()));
});

/** The environment variables of account-linking in the stack as it is. */
function deployedEnvironment(): Readonly<Record<string, string>> {
  const [runtime] = drill.aws.stacks.standing();
  const environment = runtime?.resources.LinkingFunction?.properties.Environment;
  return (environment as { Variables?: Record<string, string> } | undefined)?.Variables ?? {};
}

async function openTable(): Promise<EmbeddedTable> {
  const table = await startEmbeddedTable({ tableName: deployedEnvironment().TABLE_NAME ?? '' });
  tables.push(table);
  return table;
}

async function copy(rows: readonly object[], to: EmbeddedTable): Promise<void> {
  for (const Item of rows) {
    const answer = await fetch(to.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.PutItem',
        'x-amz-date': '20260101T000000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=drill, SignedHeaders=host, Signature=drill',
      },
      body: JSON.stringify({ TableName: to.tableName, Item }),
    });
    expect(answer.status).toBe(200);
  }
}

/** The deployed server with its rows in this table, as a new function finds it. */
function serverOn(table: EmbeddedTable) {
  const answer = createAccountLinking(
    { ...deployedEnvironment(), AWS_ENDPOINT_URL_DYNAMODB: table.url, MY_LEVITON_URL: myLeviton.url },
    { clock, log: createLog('silent', clock) },
  );
  const { clientId = '', scopes = [] } = [...drill.amazon.skills.values()][0]?.linking ?? {};
  const secret = [...drill.amazon.skills.values()][0]?.secret ?? '';
  const [{ redirectUris: [redirectUri = ''] = [] } = {}] = (
    JSON.parse(drill.aws.secrets.text(drill.before.outputs.SecretArn ?? '') ?? '{}') as {
      linkingClients: { redirectUris: string[] }[];
    }
  ).linkingClients;
  const ask = (
    path: string,
    fields?: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    answer(
      new Request(ORIGIN + path, fields ? { method: 'POST', body: new URLSearchParams(fields), headers } : { headers }),
      '203.0.113.7',
    );
  const token = (fields: Readonly<Record<string, string>>) =>
    ask('/token', fields, { Authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` });
  return {
    /** A person signs in on the page. @returns the refresh token that Alexa gets */
    async link(): Promise<string> {
      const query = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: scopes.join(' '),
      });
      const shown = await ask(`/authorize?${query}`);
      const form = /name="form" value="([^"]*)"/.exec(await shown.text())?.[1] ?? '';
      const [cookie = ''] = shown.headers.getSetCookie().map((set) => set.split(';')[0] ?? '');
      const done = await ask('/authorize', { form, ...PERSON }, { cookie });
      const code = new URL(done.headers.get('location') ?? '').searchParams.get('code') ?? '';
      const exchanged = await token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
      expect(exchanged.status).toBe(200);
      return ((await exchanged.json()) as { refresh_token: string }).refresh_token;
    },
    async refresh(refreshToken: string): Promise<{ status: number; error?: string }> {
      const answered = await token({ grant_type: 'refresh_token', refresh_token: refreshToken });
      const { error } = (await answered.json()) as { error?: string };
      return { status: answered.status, ...(error !== undefined && { error }) };
    },
  };
}

test('a link of before works on the restored table; a later one is not lost for that: Alexa may ask later, and is not unlinked', async () => {
  const before = await openTable();
  const linked = await serverOn(before).link();
  const rows = await before.scan();
  const later = await serverOn(before).link();
  expect(await serverOn(before).refresh(later)).toEqual({ status: 200 });

  await drill.restore();
  const restored = await openTable();
  expect(restored.tableName).not.toBe(before.tableName);
  await copy(rows, restored);
  const server = serverOn(restored);
  expect(await server.refresh(linked)).toEqual({ status: 200 });
  expect((await server.refresh(later)).status).toBe(503);
  const anew = await server.link();
  expect(await server.refresh(anew)).toEqual({ status: 200 });
});

test('with the client secret rotated since: a link of before works on the restored table', async () => {
  const before = await openTable();
  const linked = await serverOn(before).link();
  const rows = await before.scan();
  await drill.deploy(undefined, ['--rotate-client-secret']);
  await drill.restore();
  const restored = await openTable();
  await copy(rows, restored);
  expect(await serverOn(restored).refresh(linked)).toEqual({ status: 200 });
});
