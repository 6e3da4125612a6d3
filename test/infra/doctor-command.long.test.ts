import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DeployedWorld, type Differences, type Ended, openDeployedWorld } from './deployed-world.ts';

// `npm run doctor` as a whole, in a process of its own, on a deployment that stands on the stand-ins of AWS.

let deployed: DeployedWorld;
beforeAll(async () => {
  deployed = await openDeployedWorld();
});
afterAll(() => deployed.close());

const linesOf = ({ out }: Ended): string[] =>
  out.split('\n').filter((line) => /^[SFB]\d+ +\S.*(ok {2}|BROKEN|- ) {2}/.test(line));
const brokenIn = (ended: Ended): string[] =>
  linesOf(ended).flatMap((line) => /^([SFB]\d+) .*BROKEN {2}/.exec(line)?.[1] ?? []);
/** What comes first: the verdict and its remedy. */
const answerOf = ({ out }: Ended): string[] => out.split('\n').slice(2, 4);

function expectNoSecret({ out, err }: Ended): void {
  expect(deployed.secrets.length).toBeGreaterThan(8);
  for (const text of [out, err]) for (const secret of deployed.secrets) expect(text).not.toContain(secret);
}

describe('nothing is broken', () => {
  test('the whole deployment', async () => {
    const ended = await deployed.doctor([]);
    expect(ended.err).toBe('');
    expect(ended.out).toMatch(/\n\nHEALTHY: /);
    expect(brokenIn(ended)).toEqual([]);
    expect(ended.code).toBe(0);
    expectNoSecret(ended);
  });

  test('one account: a line for each hop', async () => {
    const ended = await deployed.doctor(['--account', deployed.accountId]);
    expect(ended.err).toBe('');
    expect(ended.out).toMatch(/\n\nHEALTHY: /);
    expect(brokenIn(ended)).toEqual([]);
    expect(linesOf(ended)).toHaveLength(20);
    expect(ended.code).toBe(0);
    expectNoSecret(ended);
  });
});

interface Row extends Differences {
  readonly fault: string;
  /** Of an account; else of the whole deployment. */
  readonly account?: true;
  readonly broken: readonly string[];
  readonly answer: readonly [says: RegExp, remedy: RegExp];
  /** Sets it up; the returned function takes it away. */
  readonly arrange?: () => Promise<(() => Promise<void>) | undefined> | (() => void) | undefined;
}

const ROWS: readonly Row[] = [
  {
    fault: 'Alexa may not invoke the function',
    denied: ['alexa-connectedhome.amazon.com'],
    broken: ['F4'],
    answer: [/^F4 delivery BROKEN: us-east-1: Alexa may not invoke the function$/, /^ {2}you: Run npm run deploy\.$/],
  },
  {
    fault: 'the manifest names a function in a region that has none of ours',
    manifest: (manifest) => ({
      ...manifest,
      apis: { ...manifest.apis, smartHome: { endpoint: { uri: 'arn:aws:lambda:eu-west-1:1:function:x' } } },
    }),
    broken: ['F4'],
    answer: [
      /^F4 delivery BROKEN: eu-west-1: the manifest names no endpoint of ours$/,
      /^ {2}you: Run npm run deploy\.$/,
    ],
  },
  {
    fault: 'Amazon holds another token address',
    linking: { accessTokenUrl: 'https://elsewhere.example/token' },
    broken: ['S2'],
    answer: [
      /^S2 code for tokens BROKEN: Amazon holds https:\/\/elsewhere\.example\/token/,
      /^ {2}you: Run npm run deploy/,
    ],
  },
  {
    fault: 'Amazon holds another client id',
    linking: { clientId: 'another' },
    broken: ['S1'],
    answer: [/^S1 sign-in page BROKEN: pair 1 of 3.*Amazon holds client id another/, /^ {2}you: Run npm run deploy/],
  },
  {
    fault: 'the certificate has ended',
    certificate: 'ended',
    broken: ['F3'],
    answer: [
      /^F3 token refresh BROKEN since 2020-02-01 00:00 UTC: .*its certificate has ended$/,
      /^ {2}you: Renew the certificate\. Alexa keeps the links/,
    ],
  },
  {
    fault: 'the skill may not send events',
    manifest: (manifest) => ({ ...manifest, permissions: [] }),
    broken: ['B5'],
    answer: [
      /^B5 event gateway BROKEN: the manifest lacks the permission/,
      /^ {2}you: Add it under manifest\.permissions/,
    ],
  },
  {
    fault: 'the device cloud does not answer',
    account: true,
    environment: { MY_LEVITON_URL: 'http://127.0.0.1:9' },
    broken: ['F7'],
    answer: [/^F7 device cloud BROKEN: My Leviton does not serve us$/, /^ {2}nobody: Wait\. Nobody should unlink/],
  },
  {
    fault: 'the plug is offline',
    account: true,
    arrange() {
      const { myLeviton } = deployed.system;
      const lamp = Number(deployed.lampId);
      myLeviton.unplug(lamp);
      return () => myLeviton.plugIn(lamp);
    },
    broken: ['F8'],
    answer: [
      /^F8 plug, Wi-Fi BROKEN.*: "Bedroom lamp" is offline, and no other plug was read$/,
      /^ {2}whoever is at the lamp: /,
    ],
  },
  {
    fault: 'the refresh of the test link was refused',
    async arrange() {
      const { canary } = await deployed.system.ports.stores();
      const at = new Date().toISOString();
      const seen = { at, state: 'refused' } as const;
      await canary.create({ linkId: 'test', refreshToken: 'canary-refresh', madeAt: at, seen });
      return async () => void (await deployed.takeRow('developer', 'canary'));
    },
    broken: ['F3'],
    answer: [
      /^F3 token refresh BROKEN since .*: the test link was refused at its hourly refresh \(invalid_grant\)$/,
      /^ {2}you: Look for token-request-refused/,
    ],
  },
  {
    fault: 'there is a link, and no row of the account',
    account: true,
    arrange: () => deployed.takeRow(`account#${deployed.accountId}`, 'session'),
    broken: ['F6'],
    answer: [/^F6 table BROKEN: the table has no row of the account/, /^ {2}whoever knows the password: Sign in/],
  },
  {
    fault: 'the grant was withdrawn, which nothing here takes back',
    account: true,
    arrange() {
      deployed.customer.customer.revokeGrant();
      return undefined;
    },
    broken: ['B4'],
    answer: [/^B4 event token BROKEN: the grant was withdrawn \(invalid_grant\)/, /^ {2}whoever is at the lamp: /],
  },
];

test('the certificate ends in 13 days: said, and nothing is broken', async () => {
  const ahead = Date.parse('2119-12-18T12:00:00.000Z') - Date.now();
  const clock = `const now=Date.now;Date=class extends Date{constructor(...a){a.length?super(...a):super(now()+${ahead})}static now(){return now()+${ahead}}}`;
  const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clock)}` };
  const ended = await deployed.doctor([], { environment });
  expect(ended.err).toBe('');
  expect(ended.out).toContain('Our certificate ends in 13 days (issued by Test authority). Renew it now.');
  expect(brokenIn(ended)).toEqual([]);
  expect(ended.code).toBe(0);
});

test('--json is JSON, with the same verdict and exit code', async () => {
  const ended = await deployed.doctor(['--json', '--account', deployed.accountId], {
    denied: ['alexa-connectedhome.amazon.com'],
  });
  expect(JSON.parse(ended.out)).toMatchObject({ verdict: 'delivery', who: 'developer', blind: false });
  expect(ended.code).toBe(1);
  expectNoSecret(ended);
});

describe('it could not be looked: exit code 2, and one sentence with one remedy', () => {
  const lines = ({ err }: Ended) => err.trim().split('\n');

  test('there is no stack of the skill', async () => {
    const environment = { ASK_SKILL_ID: 'amzn1.ask.skill.another' };
    const ended = await deployed.doctor([], { environment });
    expect(lines(ended)).toEqual(['There is no stack with the functions.', 'Run npm run deploy.']);
    expect(ended).toMatchObject({ code: 2, out: '' });
  });

  test('there is no such account', async () => {
    const ended = await deployed.doctor(['--account', 'nobody']);
    expect(lines(ended)[0]).toBe('There is no account with this id.');
    expect(ended).toMatchObject({ code: 2, out: '' });
  });

  test("the developer's SSO session has ended", async () => {
    const home = mkdtempSync(join(tmpdir(), 'sso-'));
    for (const folder of ['.aws/sso/cache', '.ask']) mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(
      join(home, '.aws/config'),
      '[profile lamps]\nsso_session = x\nsso_account_id = 1\nsso_role_name = r\nregion = us-east-1\n[sso-session x]\nsso_region = us-east-1\nsso_start_url = https://x.example/start\n',
    );
    const token = { access_token: 'canary-access', refresh_token: 'canary-ask-token' };
    writeFileSync(
      join(home, '.ask/cli_config'),
      JSON.stringify({ profiles: { default: { token, vendor_id: 'M0ADA', aws_profile: 'lamps' } } }),
    );
    const gone = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, ASK_REFRESH_TOKEN: undefined };
    const ended = await deployed.doctor([], { environment: { ...gone, HOME: home } });
    rmSync(home, { recursive: true });
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(lines(ended)).toEqual([expect.stringMatching(/SSO|sign-in/), expect.stringMatching(/aws sso login/)]);
    expectNoSecret(ended);
  });

  test('an option that is none', async () => {
    const ended = await deployed.doctor(['--acount', 'x']);
    expect(lines(ended)[0]).toBe("Unknown option '--acount'");
    expect(ended.code).toBe(2);
  });
});

describe('one fault: the hop, and what to do', () => {
  test.each(ROWS)('$fault', async ({ account, broken, answer, arrange, ...differences }) => {
    const end = await arrange?.();
    try {
      const args = account ? ['--account', deployed.accountId] : [];
      const ended = await deployed.doctor(args, differences);
      expect(ended.err).toBe('');
      expect(answerOf(ended)).toEqual([expect.stringMatching(answer[0]), expect.stringMatching(answer[1])]);
      expect(brokenIn(ended)).toEqual(broken);
      expect(ended.code).toBe(1);
      expectNoSecret(ended);
    } finally {
      await end?.();
    }
  });
});
