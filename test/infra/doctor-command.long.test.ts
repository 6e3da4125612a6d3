import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { serveLoopback } from '../stand-ins/loopback.ts';
import { EMAIL } from '../support/setup.ts';
import { type DeployedWorld, type Differences, type Ended, openDeployedWorld } from './deployed-world.ts';

// `npm run doctor` as a whole, in a process of its own, on a deployment that stands on the stand-ins of AWS.

let deployed: DeployedWorld;
beforeAll(async () => {
  deployed = await openDeployedWorld();
});
afterAll(() => deployed.close());
const looksOfAccount = () => deployed.takeRow(`throttle#probes#${deployed.accountId}`, 'attempts');
// An account may be looked at six times in five minutes.
beforeEach(looksOfAccount);

const linesOf = ({ out }: Ended): string[] =>
  out.split('\n').filter((line) => /^[SFB]\d+ +\S.*(ok {2}|BROKEN|- ) {2}/.test(line));
const brokenIn = (ended: Ended): string[] =>
  linesOf(ended).flatMap((line) => /^([SFB]\d+) .*BROKEN {2}/.exec(line)?.[1] ?? []);
/** What comes first: the verdict and its remedy. */
const answerOf = ({ out }: Ended): string[] => out.split('\n').slice(2, 4);

function expectNoSecret({ out, err }: Ended): void {
  expect(deployed.secrets.length).toBeGreaterThan(8);
  for (const text of [out, err]) {
    for (const secret of [...deployed.secrets, 'canary-refresh']) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/ada|lovelace|[^\s"]@[^\s"]/i);
  }
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
  /** What is known only once the deployment stands. */
  readonly with?: () => Differences;
  /** Of an account; else of the whole deployment. */
  readonly account?: true;
  readonly broken: readonly string[];
  readonly answer: readonly [says: RegExp, remedy: RegExp];
  /** What is not said a second time. */
  readonly once?: string;
  /** Sets it up; the returned function takes it away. */
  readonly arrange?: () => Promise<(() => Promise<void>) | undefined> | (() => void) | undefined;
}

const ROWS: readonly Row[] = [
  {
    fault: 'Alexa may not invoke the function',
    denied: ['alexa-connectedhome.amazon.com'],
    broken: ['F4'],
    answer: [
      /^F4 delivery BROKEN: us-east-1: Alexa may not invoke the function$/,
      /^ {2}you: In the Lambda console, add the trigger "Alexa Smart Home" with the id of the skill: /,
    ],
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
      /^ {2}you: Run npm run deploy, which puts it in the manifest\.$/,
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
    fault: 'Amazon holds our token address with a slash at its end, which our server does not know',
    with: () => ({ linking: { accessTokenUrl: `${deployed.addresses.now}/token/` } }),
    broken: ['S2'],
    answer: [
      /^S2 code for tokens BROKEN: Amazon holds https:\/\/localhost:\d+\/token\/ for account linking, and our server knows only https:\/\/localhost:\d+\/token there$/,
      /^ {2}you: Run npm run deploy, which sets account linking from the stack\.$/,
    ],
  },
  {
    fault: 'Amazon holds another path for the sign-in page',
    with: () => ({ linking: { authorizationUrl: `${deployed.addresses.now}/Authorize` } }),
    broken: ['S1'],
    answer: [
      /^S1 sign-in page BROKEN: Amazon holds https:.*\/Authorize for account linking/,
      /^ {2}you: Run npm run deploy/,
    ],
  },
  {
    fault: 'Amazon holds our token address without TLS',
    with: () => ({ linking: { accessTokenUrl: `${deployed.addresses.now.replace('https', 'http')}/token` } }),
    broken: ['S2'],
    answer: [/^S2 code for tokens BROKEN: http:.*\/token is not an HTTPS address/, /^ {2}you: Run npm run deploy/],
  },
  {
    fault: 'Amazon holds our sign-in page without TLS',
    with: () => ({ linking: { authorizationUrl: `${deployed.addresses.now.replace('https', 'http')}/authorize` } }),
    broken: ['S1'],
    answer: [/^S1 sign-in page BROKEN: http:.*\/authorize is not an HTTPS address/, /^ {2}you: Run npm run deploy/],
  },
  {
    fault: 'Amazon holds something that is no address',
    with: () => ({ linking: { accessTokenUrl: 'lamps.example.org/token' } }),
    broken: ['S2'],
    answer: [
      /^S2 code for tokens BROKEN: Amazon holds lamps\.example\.org\/token for account linking, which is no address/,
      /^ {2}you: Run npm run deploy/,
    ],
  },
  {
    fault: 'at the token address that Amazon holds something else answers',
    with: () => ({ linking: { accessTokenUrl: `${deployed.addresses.foreign}/token` } }),
    broken: ['S2'],
    answer: [
      /^S2 code for tokens BROKEN: Amazon holds https:.*\/token for account linking, and ours is https:.*\/token$/,
      /^ {2}you: Run npm run deploy/,
    ],
  },
  {
    fault: 'Amazon sends people to the page of somebody else, and codes to us',
    with: () => ({ linking: { authorizationUrl: `${deployed.addresses.foreign}/authorize` } }),
    broken: ['S1'],
    answer: [
      /^S1 sign-in page BROKEN: Amazon holds https:.*\/authorize for account linking, and ours is/,
      /^ {2}you: Run/,
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
    once: 'check did not run',
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
    answer: [/^F7 device cloud BROKEN: My Leviton does not serve us$/, /^ {2}everyone: Wait\. Nobody should unlink/],
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
    fault: 'the row of the account has no session',
    account: true,
    arrange: () => deployed.changeRow(`account#${deployed.accountId}`, 'session', ({ session: _, ...rest }) => rest),
    broken: ['F6'],
    answer: [
      /^F6 table BROKEN: the row of the account cannot be opened$/,
      /^ {2}you: Look at the error in the log of skill/,
    ],
  },
  {
    fault: 'the session in the row of the account was sealed with a key that is gone',
    account: true,
    arrange: () =>
      deployed.changeRow(`account#${deployed.accountId}`, 'session', (row) => ({ ...row, session: 'nonsense' })),
    broken: ['F6'],
    answer: [/^F6 table BROKEN: the row of the account cannot be opened$/, /^ {2}you: /],
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

/** The environment of a command whose clock is so far ahead. */
function clockAhead(ms: number): NodeJS.ProcessEnv {
  const clock = `const now=Date.now;Date=class extends Date{constructor(...a){a.length?super(...a):super(now()+${ms})}static now(){return now()+${ms}}}`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clock)}` };
}

test('all works, and Alexa was not heard for a day: undecided, with what to do, and exit code 0', async () => {
  const ended = await deployed.doctor(['--account', deployed.accountId], { environment: clockAhead(26 * 3_600_000) });
  expect(ended.err).toBe('');
  expect(answerOf(ended)[0]).toBe(
    'UNDECIDED: What can be tried from here works. It was not noted that Alexa has used its link in the last day. Tap the tile of the lamp in the Alexa app, and look again.',
  );
  expect(brokenIn(ended)).toEqual([]);
  expect(ended.code).toBe(0);
});

test('the certificate ends in 13 days: said, and nothing is broken', async () => {
  const environment = clockAhead(Date.parse('2119-12-18T12:00:00.000Z') - Date.now());
  const ended = await deployed.doctor([], { environment });
  expect(ended.err).toBe('');
  expect(ended.out).toContain('Our certificate ends in 13 days (issued by Test authority). Renew it now.');
  expect(brokenIn(ended)).toEqual([]);
  expect(ended.code).toBe(0);
});

describe('spellings of our addresses that break nothing', () => {
  const spelled = (host: (now: string) => string) => () => ({
    linking: {
      authorizationUrl: `${host(deployed.addresses.now)}/authorize`,
      accessTokenUrl: `${host(deployed.addresses.now)}/token`,
    },
  });
  const atOld = spelled(() => deployed.addresses.old);

  test.each([
    { when: 'the host in upper case', with: spelled((now) => now.replace('localhost', 'LOCALHOST')) },
    { when: 'the scheme in upper case', with: spelled((now) => now.replace('https', 'HTTPS')) },
    {
      when: 'an old address, which the functions still name',
      with: () => ({ ...atOld(), publicUrls: `${deployed.addresses.now},${deployed.addresses.old}` }),
    },
  ])('$when', async (row) => {
    const ended = await deployed.doctor([], row.with());
    expect(ended.err).toBe('');
    expect(ended.out).toMatch(/\n\nHEALTHY: /);
    expect(ended.out).not.toContain('Amazon holds');
    expect(ended.code).toBe(0);
  });

  test('an old address that is still ours, and that the functions do not name: advice', async () => {
    const ended = await deployed.doctor([], atOld());
    expect(ended.out).toMatch(/\n\nHEALTHY: /);
    expect(ended.out).toMatch(
      /S2 {2}Amazon holds https:.*, which answers as ours does, though the functions name only/,
    );
    expect(ended.out).toContain('you: Keep it in PublicUrls');
    expect(ended.code).toBe(0);
  });
});

describe('--email: asked, and neither it nor the question is in the output', () => {
  const email = (input: string, ...more: string[]) => deployed.doctor(['--email', ...more], { input });
  const saidBy = ({ err }: Ended) => err.trim().split('\n');

  test('the address that is kept, in other letters and with spaces around it', async () => {
    const ended = await email(` ${EMAIL.toUpperCase()} \n`, '--json');
    expect(JSON.parse(ended.out)).toMatchObject({ verdict: 'healthy' });
    expect(ended.err).toBe('E-mail address of the account at the device cloud: ');
    expect(ended.code).toBe(0);
    expectNoSecret(ended);
  });

  const PROMPT = 'E-mail address of the account at the device cloud: ';
  test.each([
    {
      when: 'nobody has it',
      input: 'nobody@example.org\n',
      says: 'There is no account with this address.',
      remedy: 'Compare it with the one that the person signs in with, or use --account.',
    },
    {
      when: 'it is none',
      input: 'Bedroom lamp\n',
      says: 'This is not an e-mail address.',
      remedy: 'Type it as name@example.org.',
    },
    {
      when: 'nothing is typed',
      input: '\n',
      says: 'This is not an e-mail address.',
      remedy: 'Type it as name@example.org.',
    },
    {
      when: 'the input ends',
      input: '',
      says: 'The input ended, and a question has no answer.',
      remedy: 'Run the command again, and type the answer.',
    },
  ])('$when: one sentence, one remedy, exit code 2', async ({ input, says, remedy }) => {
    const ended = await email(input);
    expect(saidBy(ended)).toEqual([PROMPT + says, remedy]);
    expect(ended).toMatchObject({ code: 2, out: '' });
  });

  test('no address is kept: the masked form fits, which is said', async () => {
    const back = await deployed.changeRow(
      `account#${deployed.accountId}`,
      'session',
      ({ credentials: _, ...rest }) => rest,
    );
    const ended = await email(`${EMAIL}\n`);
    const other = await email(`${EMAIL.slice(0, 1)}nybod${EMAIL.slice(EMAIL.indexOf('@') - 1)}\n`);
    await back();
    for (const { err, code, out } of [ended, other]) {
      expect(err).toMatch(
        /No account keeps this address\. The masked form of it fits one, which is looked at: ….{1,3}\./,
      );
      expect(out).toMatch(/\n\nHEALTHY: /);
      expect(code).toBe(0);
    }
  });

  test('several accounts have it: their ids', async () => {
    const { accounts } = deployed.system.ports;
    const first = await accounts.get(deployed.accountId);
    if (!first) throw new Error('no account');
    await accounts.put({ ...first, id: 'twin' });
    const ended = await email(`${EMAIL}\n`);
    await deployed.takeRow('account#twin', 'session');
    const said = saidBy(ended);
    expect(said[0]).toMatch(/This address fits 2 accounts: /);
    for (const id of ['twin', deployed.accountId]) expect(said[0]).toContain(id);
    expect(said[1]).toBe('Look at each of them with --account.');
    expect(ended).toMatchObject({ code: 2, out: '' });
  });

  test('the row of an account cannot be opened: that it may be this one is said', async () => {
    const back = await deployed.changeRow(
      `account#${deployed.accountId}`,
      'session',
      ({ session: _, ...rest }) => rest,
    );
    const ended = await email(`${EMAIL}\n`);
    await back();
    expect(saidBy(ended)).toEqual([
      `${PROMPT}No account that can be read has this address; the rows of 1 cannot be opened.`,
      'Look at the whole deployment: npm run doctor without --email names them.',
    ]);
    expect(ended.code).toBe(2);
  });
});

describe('--report', () => {
  const gatewayLine = (ended: Ended) => linesOf(ended).find((line) => line.startsWith('B5 '));

  const look = () => deployed.doctor(['--account', deployed.accountId, '--report']);
  beforeAll(async () => {
    const { system, accountId, lampId: deviceId } = deployed;
    system.myLeviton.paddle(Number(deviceId), 40);
    const at = system.clock.now().toISOString();
    await system.queue.send([
      {
        ...{ kind: 'state', accountId, deviceId, at, power: 'ON', level: 40, connected: true },
        cause: 'PHYSICAL_INTERACTION',
      },
    ]);
    await system.queue.idle();
  });

  test('sends the last state once more, and says what the gateway did; without it nothing is sent', async () => {
    const { counts, problems } = deployed.system.alexa;
    const before = counts.events;
    await deployed.doctor(['--account', deployed.accountId]);
    expect(counts.events).toBe(before);
    const ended = await look();
    expect(counts.events).toBe(before + 1);
    expect(problems).toEqual([]);
    expect(ended.err).toBe('');
    expect(gatewayLine(ended)).toMatch(/^B5 {2}event gateway {4}ok {6}the gateway took a report/);
    expect(ended.code).toBe(0);
  });

  test('the gateway does not take it', async () => {
    const end = deployed.system.alexa.inject({ at: 'NA', kind: 'status', status: 503 });
    const ended = await look();
    end();
    expect(answerOf(ended)).toEqual([
      expect.stringMatching(
        /^B5 event gateway BROKEN.*: the event gateway does not take reports, 503; commands do not need it$/,
      ),
      expect.stringMatching(/^ {2}everyone: Wait\. Nobody should unlink anything/),
    ]);
    expect(ended.code).toBe(1);
  });
});

test('looked at for the seventh time in five minutes: undecided, with the reason, and exit code 2', async () => {
  const { throttle, clock } = deployed.system.ports;
  const limits = [{ limit: 6, windowSeconds: 300 }];
  const counter = {
    ...{ name: 'probes', key: `probes#${deployed.accountId}`, labels: ['probe'] },
    anyOf: [{ limits }],
  };
  for (let look = 0; look < 6; look++) await throttle.take([counter], clock.now());
  const ended = await deployed.doctor(['--account', deployed.accountId]);
  await looksOfAccount();
  expect(ended.err).toBe('');
  expect(answerOf(ended)[0]).toBe(
    'UNDECIDED: Nothing was found to be broken. The device cloud was not asked: this account was looked at six times in five minutes. Look again in five minutes.',
  );
  expect(brokenIn(ended)).toEqual([]);
  expect(ended.code).toBe(2);
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
    expect(lines(ended)).toEqual([
      'There is no account with this id.',
      'Use --email, or npm run logs -- --attempt with the number at the bottom of the sign-in page, which says the id.',
    ]);
    expect(ended).toMatchObject({ code: 2, out: '' });
  });

  test('an e-mail address in place of an id is not repeated', async () => {
    const ended = await deployed.doctor(['--account', EMAIL]);
    expect(lines(ended)[0]).toBe('There is no account with this id.');
    expect(ended).toMatchObject({ code: 2, out: '' });
    expectNoSecret(ended);
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

  test.each([
    { args: ['--acount', 'x'], says: "Unknown option '--acount'" },
    { args: ['lamp'], says: /^Unexpected argument 'lamp'/ },
    { args: ['--account'], says: /^Option '--account <value>' argument missing/ },
    { args: ['--account', ''], says: '--account takes an id: up to 200 letters, digits and . : / @ _ -' },
    { args: ['--account', 'a b'], says: '--account takes an id: up to 200 letters, digits and . : / @ _ -' },
    { args: ['--account', 'one', '--account', 'two'], says: 'Give --account only once.' },
    { args: ['--account', 'one', '--email'], says: 'Give one of --account, --email and --desk.' },
    { args: ['--report'], says: '--report needs an account: add --account or --email.' },
    {
      args: ['--report', '--desk', 'http://127.0.0.1:1'],
      says: '--report needs an account: add --account or --email.',
    },
    { args: ['--desk', 'http://127.0.0.1:1', '--stack', 'x'], says: '--desk needs no AWS: leave --stack out.' },
  ])('$args: a sentence, then the help', async ({ args, says }) => {
    const ended = await deployed.doctor(args);
    if (typeof says === 'string') expect(lines(ended)[0]).toBe(says);
    else expect(lines(ended)[0]).toMatch(says);
    expect(ended.err).toContain('npm run doctor [-- OPTIONS]');
    expect(ended).toMatchObject({ code: 2, out: '' });
  });

  test.each([
    { answer: 'HTML', body: '<h1>Not found</h1>', type: 'text/html' },
    { answer: 'JSON that is no report', body: '{"verdict":"healthy"}', type: 'application/json' },
    { answer: 'nothing', body: '', type: 'text/plain' },
  ])('--desk, and $answer comes from there', async ({ body, type }) => {
    const other = await serveLoopback(async () => ({ status: 200, headers: { 'content-type': type }, body }));
    const ended = await deployed.doctor(['--desk', other.url]);
    await other.close();
    expect(lines(ended)).toEqual([
      'No desk answers at this address.',
      'Start one with npm start, and use the address that it prints.',
    ]);
    expect(ended).toMatchObject({ code: 2, out: '' });
  });
});

describe('one fault: the hop, and what to do', () => {
  test.each(ROWS)('$fault', async ({ account, broken, answer, arrange, once, with: made, ...rest }) => {
    const differences = { ...rest, ...made?.() };
    const end = await arrange?.();
    try {
      const args = account ? ['--account', deployed.accountId] : [];
      const ended = await deployed.doctor(args, differences);
      expect(ended.err).toBe('');
      expect(answerOf(ended)).toEqual([expect.stringMatching(answer[0]), expect.stringMatching(answer[1])]);
      expect(brokenIn(ended)).toEqual(broken);
      if (once !== undefined) expect(ended.out).not.toContain(once);
      expect(ended.code).toBe(1);
      expectNoSecret(ended);
    } finally {
      await end?.();
    }
  });
});
