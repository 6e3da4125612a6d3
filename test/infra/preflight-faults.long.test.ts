import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalSystem, startLocalSystem } from '../../desk/local-system.ts';
import type { Finding } from '../../infra/preflight/finding.ts';
import { type LocalOptions, startLocal } from '../../infra/preflight/local.ts';
import { summary, toLines } from '../../infra/preflight/print.ts';
import { checks, preflight } from '../../infra/preflight/run.ts';
import type { Stack, Target } from '../../infra/preflight/target.ts';
import { readTemplate, type Template } from '../../infra/preflight/template.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createSkill } from '../../lambda/handlers/skill.ts';
import type { Secrets } from '../../lambda/ports/secrets.ts';
import { testClock } from '../support/clock.ts';

const read = (path: string) => readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8');
const certificate = read('test/bench/certificate/certificate.pem'); // until 2120-01-01, for 127.0.0.1
const account = { email: 'ada.lovelace@example.org', password: 'canary-password-Zq7' };

let system: LocalSystem;
let secure: Server;

beforeAll(async () => {
  system = await openLocalSystem('2026-03-01T12:00:00.000Z');
  secure = createServer({ cert: certificate, key: read('test/bench/certificate/key.pem') });
  await new Promise<void>((listening) => secure.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  await new Promise((closed) => secure.close(closed));
  await system.close();
});

async function openLocalSystem(start: string): Promise<LocalSystem> {
  const clock = testClock(new Date(start));
  const opened = await startLocalSystem({ clock, log: createLog('silent', clock), watch: false });
  const { residenceIds } = opened.myLeviton.addAccount(account);
  opened.myLeviton.addSwitch(residenceIds[0] ?? 0, { name: 'Bedroom lamp' });
  return opened;
}

type Changes = Partial<Omit<LocalOptions, 'system'>> & {
  /** What of the finished target is otherwise. */
  readonly around?: (target: Target) => Partial<Target>;
};

/** Everything as it should be, for three regions and ready to be submitted, but for the changes. */
async function findingsWith({ around, ...changes }: Changes, on: LocalSystem = system): Promise<Finding[]> {
  const local = await startLocal({
    system: on,
    account,
    template: template(),
    skillJson: JSON.parse(skillJson()) as object,
    awsRegions: ['us-east-1', 'eu-west-1', 'us-west-2'],
    subscriptions: ['SKILL_ENABLED', 'SKILL_DISABLED', 'SKILL_ACCOUNT_LINKED'],
    publish: true,
    ...changes,
  });
  const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
  try {
    const stacks = async () => (await local.stacks()).map((stack) => ({ ...stack, concurrency }));
    const target = { ...local, stacks, messages: async () => messages };
    return await preflight({ ...target, certificate: { url, ca: certificate }, ...around?.(target) });
  } finally {
    await local.close();
  }
}

/** As AWS would tell of an account with enough executions. */
const concurrency = { limit: 1000, unreserved: 960, reserved: { skill: 20, 'account-linking': 20 } };

/** As AWS would tell of a deployment that reaches its people. */
const messages = {
  subscribers: [{ address: 'operators@example.org', confirmed: true }],
  from: 'lamps@example.org',
  counts: { accounts: 1, withoutAddress: 0, withoutGrant: 0 },
  sender: {
    awsRegion: 'us-east-1',
    sandbox: false,
    sendingEnabled: true,
    identity: { name: 'example.org', status: 'verified' },
    events: ['BOUNCE', 'COMPLAINT'],
  },
} as const;

const template = (): Template => readTemplate(read('infra/skill-stack.yaml'), read('infra/state-stack.yaml'));
const skillJson = (): string =>
  read('skill-package/skill.json').replaceAll('example.com/replace-me', 'lamps.dev').replace('REPLACE-ME', 'Ready');

/** The template with one resource's properties otherwise; without the resource if they are none. */
function withResource(name: string, properties: object | undefined): Template {
  const { Resources } = template();
  const resource = Resources[name];
  if (!resource) throw new Error(`the template has no ${name}`);
  const { [name]: _, ...others } = Resources;
  if (!properties) return { Resources: others };
  return { Resources: { ...others, [name]: { ...resource, Properties: { ...resource.Properties, ...properties } } } };
}

const withEnvironment = (name: string, Variables: object): Template =>
  withResource(name, { Environment: { Variables } });

const withoutPermission = (name: string): Changes => ({ template: withResource(name, undefined) });

const withStacks = (change: (stack: Stack) => Stack | undefined): Changes => ({
  around: (target) => ({
    stacks: async () => (await target.stacks()).map(change).filter((stack) => stack !== undefined),
  }),
});

/** Another hand on the way to the token endpoint. */
const atToken = (
  answer: (request: Request, pass: (request: Request) => Promise<Response>) => Promise<Response>,
): Changes => ({
  front: (request, pass) => (new URL(request.url).pathname === '/token' ? answer(request, pass) : pass(request)),
});

/** Changes what a good answer of the token endpoint says. */
const tokensWith = (change: (tokens: Record<string, unknown>) => Record<string, unknown>): Changes =>
  atToken(async (request, pass) => {
    const response = await pass(request);
    if (response.status !== 200) return response;
    return Response.json(change((await response.json()) as Record<string, unknown>), {
      headers: { 'Cache-Control': 'no-store' },
    });
  });

const invalidGrant = () =>
  Response.json({ error: 'invalid_grant' }, { status: 400, headers: { 'Cache-Control': 'no-store' } });

/** Each refresh token works once, and its successor is another. */
function rotatingWithoutGrace(): Changes {
  const real = new Map<string, string>();
  let count = 0;
  return atToken(async (request, pass) => {
    const form = new URLSearchParams(await request.text());
    const shown = form.get('refresh_token') ?? '';
    if (shown.startsWith('rotating-')) {
      const token = real.get(shown);
      if (!token) return invalidGrant();
      real.delete(shown);
      form.set('refresh_token', token);
    }
    const response = await pass(
      new Request(request.url, { method: 'POST', headers: request.headers, body: form.toString() }),
    );
    if (response.status !== 200) return response;
    const tokens = (await response.json()) as { refresh_token: string };
    count += 1;
    real.set(`rotating-${count}`, tokens.refresh_token);
    return Response.json(
      { ...tokens, refresh_token: `rotating-${count}` },
      { headers: { 'Cache-Control': 'no-store' } },
    );
  });
}

/** Nothing is renewed 30 days after the start. */
function endingAfter30Days(): Changes {
  const end = system.clock.now().getTime() + 30 * 86_400_000;
  return atToken(async (request, pass) => (system.clock.now().getTime() > end ? invalidGrant() : pass(request)));
}

/** The skill as it runs with the keys of another stage's secret entry. */
function skillWithKeys(target: Target, id: string): Partial<Target> {
  return {
    invoke: async (region, event) => {
      const secrets: Secrets = {
        ...(await target.secrets()),
        sealingKeys: [{ id, key: Buffer.alloc(32, 7).toString('base64') }],
      };
      const environment = { ...system.environment, SECRETS_JSON: JSON.stringify(secrets), ALEXA_REGION: region };
      const log = createLog('silent', system.clock);
      return await createSkill(environment, { clock: system.clock, log, queue: system.queue })(event);
    },
  };
}

test('a healthy system passes every check', async () => {
  const findings = await findingsWith({});
  expect(findings.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  // Where people link with a maker's own server, that is looked at instead of ours.
  const ofMakers = ['makers-entry', 'makers-server'];
  const ours = checks.map(({ name }) => name).filter((name) => !ofMakers.includes(name));
  expect(findings.map(({ check }) => check)).toEqual(ours);
});

test('refresh tokens that rotate with grace are as good', async () => {
  const findings = await findingsWith({
    secrets: (right) => ({
      ...right,
      linkingClients: right.linkingClients.map((client) => ({ ...client, rotates: true })),
    }),
  });
  expect(findings.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
});

test('for a private skill in one region, what only a publisher needs is advice', async () => {
  const findings = await findingsWith({
    publish: false,
    awsRegions: ['us-east-1'],
    skillJson: JSON.parse(read('skill-package/skill.json')) as object,
  });
  const open = findings.filter(({ outcome }) => outcome !== 'passed');
  expect(open.map(({ check, outcome }) => [check, outcome])).toEqual([['legal-pages', 'advice']]);
  expect(summary(findings)).toMatch(/^Nothing failed: \d+ passed, 1 for you to decide, 0 skipped\.$/);
});

test('a person reads the check, what it found, and on a line of its own what to do', () => {
  const finding: Finding = { check: 'queue', outcome: 'failed', says: 'the report queue is gone', remedy: 'Deploy.' };
  expect(toLines(finding)).toBe(
    'FAILED   a failed report is retried [queue]: the report queue is gone\n         do: Deploy.',
  );
  expect(toLines({ check: 'clock', outcome: 'passed', says: 'within 0 s' })).toBe(
    'ok       the clocks agree [clock]: within 0 s',
  );
  expect(summary([finding])).toBe('1 failed, 0 passed, 0 for you to decide, 0 skipped.');
});

test('the link that was made for the checks is ended', async () => {
  const revoked: (string | undefined)[] = [];
  await findingsWith({
    front: async (request, pass) => {
      if (new URL(request.url).pathname !== '/revoke') return await pass(request);
      const response = await pass(request);
      revoked.push(String(response.status));
      return response;
    },
  });
  expect(revoked).toEqual(['200']);
});

interface Fault {
  readonly fault: string;
  readonly with: () => Changes;
  /** The check that names it, and what it says. */
  readonly check: string;
  readonly says: RegExp;
}

/** A listing that is complete in these locales. */
const listedIn = (...locales: string[]) => ({
  locales,
  legalUrls: Object.fromEntries(
    locales.map((locale) => [locale, { privacy: 'https://lamps.dev/privacy', terms: 'https://lamps.dev/terms' }]),
  ),
});

const faults: readonly Fault[] = [
  {
    fault: 'Alexa holds the messaging secret instead of that of account linking',
    with: () => ({
      around: (target) => ({
        accountLinking: async () => ({
          ...(await target.accountLinking()),
          clientSecret: (await target.messaging()).clientSecret,
        }),
      }),
    }),
    check: 'linking-client',
    says: /^pair 1 of 3.*secret of pair 2 instead/,
  },
  {
    fault: 'the entry holds the secret of account linking instead of the messaging one',
    with: () => ({
      secrets: (right) => ({
        ...right,
        messaging: { ...right.messaging, clientSecret: right.linkingClients[0]?.secrets[0]?.secret ?? '' },
      }),
    }),
    check: 'messaging-client',
    says: /^pair 2 of 3.*secret of pair 1 is in its place/,
  },
  {
    fault: 'Login with Amazon no longer knows the messaging credentials',
    with: () => {
      const strange = { clientId: 'amzn1.application-oa2-client.0', clientSecret: 'amzn1.oa2-cs.v1.0' };
      return {
        secrets: (right) => ({ ...right, messaging: strange }),
        around: () => ({ messaging: async () => strange }),
      };
    },
    check: 'messaging-client',
    says: /^pair 2 of 3.*refused by Login with Amazon/,
  },
  {
    fault: 'the skill has the sealing keys of another stage',
    with: () => ({ around: (target) => skillWithKeys(target, 'another-1') }),
    check: 'sealing-keys',
    says: /^pair 3 of 3.*the skill in NA cannot read a new token/,
  },
  {
    fault: 'the skill has another sealing key under the same id',
    with: () => ({ around: (target) => skillWithKeys(target, 'desk-1') }),
    check: 'sealing-keys',
    says: /^pair 3 of 3.*the skill in NA cannot read a new token/,
  },
  {
    fault: 'a further region reads another secret entry',
    with: () =>
      withStacks((stack) => ({
        ...stack,
        functions: Object.fromEntries(
          Object.entries(stack.functions).map(([name, settings]) => [
            name,
            { ...settings, environment: { ...settings.environment, SECRETS_ID: stack.awsRegion.slice(0, 2) } },
          ]),
        ),
      })),
    check: 'sealing-keys',
    says: /^pair 3 of 3.*functions read 2 secret entries/,
  },
  {
    fault: 'smart home may not invoke the skill',
    with: () => withoutPermission('SkillMayBeInvokedBySmartHome'),
    check: 'permission-smart-home',
    says: /alexa-connectedhome\.amazon\.com has no permission to invoke the skill in us-east-1/,
  },
  {
    fault: 'skill events may not invoke the skill',
    with: () => withoutPermission('SkillMayBeInvokedBySkillEvents'),
    check: 'permission-skill-events',
    says: /alexa-appkit\.amazon\.com has no permission to invoke the skill in us-east-1/,
  },
  {
    fault: 'the permission of smart home has no event source token',
    with: () => ({ template: withResource('SkillMayBeInvokedBySmartHome', { EventSourceToken: undefined }) }),
    check: 'permission-smart-home',
    says: /carries no skill id/,
  },
  {
    fault: 'the permission in one region is for another skill',
    with: () =>
      withStacks((stack) => ({
        ...stack,
        permissions: stack.permissions.map((one) =>
          stack.awsRegion === 'eu-west-1' && one.principal.startsWith('alexa-connected')
            ? { ...one, eventSourceToken: 'amzn1.ask.skill.other' }
            : one,
        ),
      })),
    check: 'permission-smart-home',
    says: /in eu-west-1 carries another skill’s id/,
  },
  {
    fault: 'locales of Europe without a function there',
    with: () => ({
      awsRegions: ['us-east-1', 'us-west-2'],
      around: (target) => ({
        manifest: async () => ({ ...(await target.manifest()), ...listedIn('en-US', 'en-GB', 'fr-FR') }),
      }),
    }),
    check: 'regions',
    says: /^en-GB, fr-FR have no function in their region \(EU\)/,
  },
  {
    fault: 'locales of which pages and mails do not speak the language',
    with: () => ({
      around: (target) => ({
        manifest: async () => ({ ...(await target.manifest()), ...listedIn('en-US', 'de-DE', 'pt-BR') }),
      }),
    }),
    check: 'languages',
    says: /^customers of de-DE, pt-BR get pages and mails in English/,
  },
  {
    fault: 'the manifest names a function that no stack has',
    with: () => ({
      around: (target) => ({
        manifest: async () => ({
          ...(await target.manifest()),
          endpoint: 'arn:aws:lambda:us-east-1:000000000000:function:of-last-year',
        }),
      }),
    }),
    check: 'manifest-endpoints',
    says: /names a function in us-east-1 that no stack has/,
  },
  {
    fault: 'the skill function is stopped after 3 s',
    with: () => ({ template: withResource('SkillFunction', { Timeout: 3 }) }),
    check: 'skill-time-out',
    says: /stopped after 3 s; Alexa waits 8 s/,
  },
  {
    fault: 'the skill function has 128 MB',
    with: () => ({ template: withResource('SkillFunction', { MemorySize: 128 }) }),
    check: 'skill-memory',
    says: /has 128 MB/,
  },
  {
    fault: 'the token endpoint takes 5 s',
    with: () =>
      atToken((request, pass) => {
        system.clock.advance(5_000);
        return pass(request);
      }),
    check: 'token-time',
    says: /took [5-9]\d{3} ms; Alexa gives up after 4500 ms/,
  },
  {
    fault: 'the token endpoint answers with a page of HTML',
    with: () =>
      atToken(
        async () => new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'Content-Type': 'text/html' } }),
      ),
    check: 'token-json',
    says: /answers 502 with text\/html and no JSON error/,
  },
  {
    fault: 'the token endpoint redirects',
    with: () =>
      atToken(async () => new Response(null, { status: 301, headers: { Location: 'https://www.lamps.dev/token' } })),
    check: 'token-redirect',
    says: /redirects to https:\/\/www\.lamps\.dev/,
  },
  {
    fault: 'the token endpoint takes any client secret',
    with: () =>
      atToken(async (request, pass) => {
        const response = await pass(request);
        return response.status === 401 ? invalidGrant() : response;
      }),
    check: 'wrong-secret',
    says: /400 invalid_grant instead of 401 invalid_client/,
  },
  {
    fault: 'a refresh token ends after 30 days',
    with: endingAfter30Days,
    check: 'refresh-token-life',
    says: /was idle for 400 days/,
  },
  {
    fault: 'an answer says that its refresh token ends',
    with: () => tokensWith((tokens) => ({ ...tokens, refresh_token_expires_in: 90 * 86_400 })),
    check: 'refresh-token-life',
    says: /expire after 90 days/,
  },
  {
    fault: 'refresh tokens rotate without grace',
    with: rotatingWithoutGrace,
    check: 'refresh-again',
    says: /rotate without a grace period/,
  },
  {
    fault: 'access tokens live for five minutes',
    with: () => tokensWith((tokens) => ({ ...tokens, expires_in: 300 })),
    check: 'access-token-life',
    says: /live for 300 s; Alexa needs at least 360 s/,
  },
  {
    fault: 'an answer has no expires_in',
    with: () => tokensWith(({ expires_in: _, ...tokens }) => tokens),
    check: 'access-token-life',
    says: /has no whole number as expires_in/,
  },
  {
    fault: 'the redirect URI of Europe is not registered',
    with: () => ({
      secrets: (right) => ({
        ...right,
        linkingClients: right.linkingClients.map((client) => ({
          ...client,
          redirectUris: client.redirectUris.filter((uri) => !uri.includes('layla')),
        })),
      }),
    }),
    check: 'redirect-uris',
    says: /refuses the redirect URI https:\/\/layla\.amazon\.com\/api\/skill\/link\/M0DESK$/,
  },
  {
    fault: 'the sign-in page does not take the account',
    with: () => ({ account: { ...account, password: 'another-password' } }),
    check: 'linking-flow',
    says: /^linking fails: the sign-in page did not accept the account: \S/,
  },
  {
    fault: 'the code comes back to Alexa with another state',
    with: () => ({
      front: async (request, pass) => {
        const response = await pass(request);
        const location = response.headers.get('location');
        if (location) response.headers.set('location', location.replace(/state=[^&]{5}/, 'state=other'));
        return response;
      },
    }),
    check: 'linking-flow',
    says: /^linking fails: the state did not come back as it was sent$/,
  },
  {
    fault: 'something strips the headers of the sign-in page',
    with: () => ({
      front: async (request, pass) => {
        const response = await pass(request);
        response.headers.delete('x-frame-options');
        response.headers.delete('content-security-policy');
        return response;
      },
    }),
    check: 'page-headers',
    says: /lacks content-security-policy: frame-ancestors 'none', x-frame-options: DENY/,
  },
  {
    fault: 'the metadata names another address',
    with: () => ({
      front: async (request, pass) =>
        request.url.includes('.well-known') ? Response.json({ issuer: 'https://old.lamps.dev' }) : await pass(request),
    }),
    check: 'metadata',
    says: /has another issuer, authorization_endpoint, token_endpoint/,
  },
  {
    fault: 'Amazon holds a client id that the entry does not',
    with: () => ({
      around: (target) => ({
        accountLinking: async () => ({ ...(await target.accountLinking()), clientId: 'of-last-year' }),
      }),
    }),
    check: 'account-linking',
    says: /^pair 1 of 3.*of-last-year/,
  },
  {
    fault: 'Amazon was sent another client secret than the entry has',
    with: () => ({
      around: (target) => ({ accountLinking: async () => ({ ...(await target.accountLinking()), wasSent: false }) }),
    }),
    check: 'account-linking',
    says: /^pair 1 of 3.*another secret than Amazon was sent/,
  },
  {
    fault: 'the manifest lacks the permission to send events',
    with: () => ({ skillJson: JSON.parse(skillJson().replace('alexa::async_event:write', 'alexa::other')) as object }),
    check: 'manifest-permission',
    says: /lacks the permission alexa::async_event:write/,
  },
  {
    fault: 'the skill does not subscribe to skill events',
    with: () => ({ subscriptions: ['SKILL_ENABLED'] }),
    check: 'skill-events',
    says: /is not subscribed to SKILL_DISABLED and SKILL_ACCOUNT_LINKED/,
  },
  {
    fault: 'the manifest names another version of the protocol',
    with: () => ({
      around: (target) => ({ manifest: async () => ({ ...(await target.manifest()), protocolVersion: '2' }) }),
    }),
    check: 'manifest-version',
    says: /does not name protocolVersion 3/,
  },
  {
    fault: 'the manifest names no function in a region with a stack',
    with: () => ({
      around: (target) => ({
        stacks: async () => {
          const [home, ...others] = await target.stacks();
          const skill = home?.functions.skill;
          if (!home || !skill) throw new Error('no stack');
          const arn = 'arn:aws:lambda:ap-south-1:000000000000:function:skill';
          return [home, ...others, { ...home, awsRegion: 'ap-south-1', functions: { skill: { ...skill, arn } } }];
        },
      }),
    }),
    check: 'manifest-endpoints',
    says: /names no function in ap-south-1, where a stack has one/,
  },
  {
    fault: 'Amazon holds a token address that is not ours',
    with: () => ({
      around: (target) => ({
        accountLinking: async () => ({ ...(await target.accountLinking()), tokenUrl: 'http://127.0.0.1:1/token' }),
        stacks: async () => {
          const { origin } = new URL((await target.accountLinking()).authorizationUrl);
          return (await target.stacks()).map((stack) => ({
            ...stack,
            functions: Object.fromEntries(
              Object.entries(stack.functions).map(([name, one]) => [
                name,
                { ...one, environment: { ...one.environment, PUBLIC_URLS: origin } },
              ]),
            ),
          }));
        },
      }),
    }),
    check: 'token-address',
    says: /^Amazon holds http:\/\/127\.0\.0\.1:1\/token for account linking, and ours is http:\/\/127\.0\.0\.1:\d+\/token$/,
  },
  {
    fault: 'placeholders are about to be submitted',
    with: () => ({ skillJson: JSON.parse(read('skill-package/skill.json')) as object }),
    check: 'legal-pages',
    says: /privacy and terms pages of en-US.*testing instructions/,
  },
  {
    fault: 'the table has no point-in-time recovery',
    with: () => ({ template: withResource('Table', { PointInTimeRecoverySpecification: undefined }) }),
    check: 'table',
    says: /^the table has no point-in-time recovery$/,
  },
  {
    fault: 'the table can be deleted and has another expiry',
    with: () => ({
      template: withResource('Table', {
        DeletionProtectionEnabled: false,
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      }),
    }),
    check: 'table',
    says: /^the table does not expire rows by ttl and is not protected against deletion$/,
  },
  {
    fault: 'the queue redelivers a message while the worker still handles it',
    with: () => ({ template: withResource('ReportQueue', { VisibilityTimeout: 30 }) }),
    check: 'queue',
    says: /hides a message for 30 s, which must be at least 300 s with this worker/,
  },
  {
    fault: 'the clock of the sign-in server is ten minutes ahead',
    with: () => ({
      front: async (request, pass) => {
        const response = await pass(request);
        response.headers.set('Date', new Date(Date.now() + 600_000).toUTCString());
        return response;
      },
    }),
    check: 'clock',
    says: /is (600|599) s ahead of this machine's/,
  },
  {
    fault: 'account linking may run once at a time',
    with: () =>
      withStacks((stack) => ({
        ...stack,
        concurrency: { ...concurrency, reserved: { skill: 20, 'account-linking': 1 } },
      })),
    check: 'reserved-concurrency',
    says: /^account-linking in us-east-1 may run once at a time/,
  },
  {
    fault: 'a function does not know the skill',
    with: () => ({ template: withEnvironment('WatchFunction', { TABLE_NAME: 'accounts' }) }),
    check: 'skill-id',
    says: /^device-watch in us-east-1 has SKILL_ID unset$/,
  },
  {
    fault: 'account linking does not know the stage',
    with: () => ({ template: withEnvironment('LinkingFunction', { SKILL_ID: 'SkillId' }) }),
    check: 'skill-id',
    says: /^account-linking in us-east-1 has SKILL_STAGE unset$/,
  },
  {
    fault: "Amazon's consent page may not lead back",
    with: () => ({
      around: (target) => ({
        accountLinking: async () => ({ ...(await target.accountLinking()), redirectUrls: ['https://typed.example'] }),
      }),
    }),
    check: 'redirect-urls',
    says: /^account linking lacks the redirect URL http:\/\/127\.0\.0\.1:\d+\/alexa\/callback/,
  },
  {
    fault: "Amazon's consent page does not know the address",
    with: () => ({
      around: (target) => ({
        accountLinking: async () => {
          const linking = await target.accountLinking();
          const unknown = 'https://unknown.example/alexa/callback';
          return { ...linking, redirectUrls: [unknown, ...linking.redirectUrls] };
        },
      }),
    }),
    check: 'consent-page',
    says: /^Login with Amazon refuses the consent page of this skill for https:\/\/unknown\.example/,
  },
];

test.each(faults)('$fault: named, and nothing else', async ({ with: changes, check, says }) => {
  const findings = await findingsWith(changes());
  const wrong = findings.filter(({ outcome }) => outcome === 'failed' || outcome === 'advice');
  expect(wrong).toEqual([
    { check, outcome: 'failed', says: expect.stringMatching(says), remedy: expect.stringMatching(/^[A-Z].+\.$/) },
  ]);
  expect(JSON.stringify(findings)).not.toContain(account.password);
});

test('a certificate that ends in 13 days is reported', async () => {
  const late = await openLocalSystem('2119-12-18T12:00:00.000Z');
  try {
    const findings = await findingsWith({}, late);
    expect(findings.filter(({ outcome }) => outcome !== 'passed')).toEqual([
      {
        check: 'certificate',
        outcome: 'failed',
        says: expect.stringMatching(/^the certificate of https:\/\/127\.0\.0\.1:\d+ ends in 13 days/),
        remedy: expect.stringContaining('Renew it now'),
      },
    ]);
  } finally {
    await late.close();
  }
});

test('a sign-in server that is down is one fault', async () => {
  const findings = await findingsWith({
    around: (target) => ({
      accountLinking: async () => ({
        ...(await target.accountLinking()),
        authorizationUrl: 'http://127.0.0.1:1/authorize',
        tokenUrl: 'http://127.0.0.1:1/token',
        redirectUrls: [...(await target.accountLinking()).redirectUrls, 'http://127.0.0.1:1/alexa/callback'],
      }),
    }),
  });
  const wrong = findings.filter(({ outcome }) => outcome === 'failed');
  expect(wrong.map(({ check }) => check)).toEqual(['sign-in-page']);
  for (const { says } of wrong) expect(says).toContain('http://127.0.0.1:1 does not answer');
});
