import type {
  ControlState,
  Desk,
  DeskState,
  FaultState,
  Hop,
  HopState,
  LampState,
  LinkState,
  Message,
  NoticeShown,
  Turn,
} from '../../page/protocol.ts';

const HOPS: readonly Hop[] = [
  'account-linking',
  'alexa',
  'skill',
  'device-cloud',
  'plug',
  'device-watch',
  'queue',
  'report-worker',
  'lwa',
  'gateway',
];

const FAULTS: readonly FaultState[] = [
  {
    id: 'cloud-down',
    hop: 'device-cloud',
    label: 'Device cloud down (502 with HTML)',
    expect: 'Alexa says that the lamp is not responding; nothing unlinks, and all is well once the cloud is back.',
  },
  {
    id: 'cloud-slow',
    hop: 'device-cloud',
    label: 'Device cloud slow',
    expect: 'Answers take a second and a half longer and still arrive before Alexa gives up.',
  },
  {
    id: 'session-revoked',
    hop: 'device-cloud',
    label: 'Session revoked',
    expect: 'The next sentence signs in again by itself; nobody notices.',
  },
  {
    id: 'account-locked',
    hop: 'device-cloud',
    label: 'Account locked',
    expect: 'The lamp obeys as long as the session lasts; the helper gets a notice once it does not.',
  },
  {
    id: 'push-silent',
    hop: 'device-watch',
    label: 'Push channel silent',
    expect: 'The tile follows at the next look over REST, within a few minutes.',
  },
  {
    id: 'sockets-cut',
    hop: 'device-watch',
    label: 'Push channel cut every few seconds',
    expect: 'The watcher opens it again, and reads what it may have missed.',
  },
  {
    id: 'lwa-down',
    hop: 'lwa',
    label: 'Login with Amazon down',
    expect: "The plug's button no longer reaches the tile; the reports wait in the queue and arrive when it is back.",
  },
  {
    id: 'gateway-down',
    hop: 'gateway',
    label: 'Event gateway down',
    expect: 'Reports wait and arrive in order; voice works.',
  },
  {
    id: 'gateway-throttles',
    hop: 'gateway',
    label: 'Event gateway asks for fewer reports',
    expect: 'A fade becomes its end; nothing is lost.',
  },
  {
    id: 'sign-in-down',
    hop: 'account-linking',
    label: 'Sign-in server down',
    expect: 'Alexa goes on with the token that it holds, and refreshes when it is back.',
  },
].map((fault) => ({ ...fault, on: false }) as FaultState);

const control = (group: ControlState['group'], id: string, label: string, expect: string): ControlState => ({
  id,
  label,
  expect,
  group,
});

const CONTROLS: readonly ControlState[] = [
  control('time', 'days-1', '1 day later', "Alexa's token is refreshed at the next sentence, and the lamp obeys."),
  control('time', 'days-61', '61 days later', 'The session at My Leviton has been renewed by itself meanwhile.'),
  control('time', 'days-400', '400 days later', 'A year of silence ends no link: the next sentence works.'),
  control(
    'account',
    'change-password',
    'Change the password',
    'The next sentence fails, and the helper gets a notice with the sign-in page.',
  ),
  control(
    'account',
    'two-factor',
    'Switch on two-factor',
    'The session goes on until its end; the helper gets a notice two weeks before.',
  ),
  control(
    'link',
    'lose-answer',
    'Lose the answer to a refresh',
    'Alexa asks again with the same token and is answered.',
  ),
  control('link', 'two-refreshes', 'Two refreshes at once', 'Both are answered, and both answers work.'),
  control('link', 'rotate-secret', 'Rotate the client secret', 'Refreshes with the retired secret go on working.'),
  control('link', 'move-server', "Move the server's address", 'Refreshes at the old address go on working.'),
  control('link', 'disable', 'Disable the skill', 'Alexa forgets its tokens; only a person can link again.'),
  control(
    'reports',
    'lose-link',
    "Lose the link's row",
    'Refreshes are answered 503, not invalid_grant: the fault is ours.',
  ),
];

const ACCOUNT = { email: 'lamp@example.org', password: 'bedroom-lamp' };
const CHANGED_PASSWORD = 'bedroom-lamp-2';
const DAY_MS = 86_400_000;
const SESSION_MS = 60 * DAY_MS;

interface Lamp {
  readonly id: string;
  readonly name: string;
  readonly account?: string;
  readonly dimmable: boolean;
  power: 'ON' | 'OFF';
  level: number;
  online: boolean;
  tile: LampState['tile'];
  lastLagMs?: number;
}

/** A desk without a skill: it answers by itself, so that the page can be worked on and tested alone. */
export interface FakeDesk extends Desk {
  /** A person signs in, to link the skill or to renew the session. @returns whether this is the account */
  signIn(typed: { email: string; password: string }): boolean;
  /** Makes the emulated Alexa complain. */
  complain(sentence: string): void;
  close(): void;
}

interface FakeDeskOptions {
  readonly lamps?: 1 | 2 | 3;
  /** Puts the last lamp into an account of its own. */
  readonly accounts?: boolean;
  /** The page to sign in at, for linking and for renewing. */
  readonly signInUrl: string;
}

export function createFakeDesk({ lamps: count = 1, accounts = false, signInUrl }: FakeDeskOptions): FakeDesk {
  const lamps = (['Bedroom lamp', 'Reading light', 'Fairy lights'] as const)
    .slice(0, count)
    .map((name, index): Lamp => {
      const dimmable = index < 2;
      const account = accounts ? { account: index < count - 1 ? 'Home' : "Grandmother's" } : {};
      return {
        id: String(1613723 + index),
        name,
        ...account,
        dimmable,
        power: 'OFF',
        level: 80,
        online: true,
        tile: undefined,
      };
    });
  const hops = new Map<Hop, HopState>(HOPS.map((hop) => [hop, { hop, passed: 0, broken: [] }]));
  const faults = new Map(FAULTS.map((fault) => [fault.id, fault]));
  const listeners = new Set<() => void>();
  const timers = new Set<NodeJS.Timeout>();
  let turns: Turn[] = [];
  let messages: Message[] = [];
  const problems: string[] = [];
  let nextId = 1;
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const iso = (at = now()) => new Date(at).toISOString();
  let { password } = ACCOUNT;
  let knownPassword = password;
  let notices: NoticeShown[] = [];
  let link: LinkState = { linked: true, startUrl: signInUrl, since: iso(), refreshes: 0, refused: 0, mayReport: true };
  let sessionEnd = now() + SESSION_MS;

  const changed = () => {
    for (const listener of listeners) listener();
  };
  const after = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, ms);
      timers.add(timer);
    });

  const record = (
    from: Hop,
    to: Hop,
    message: Pick<Message, 'title' | 'outcome'> & Partial<Message>,
    broken?: string,
  ) => {
    const passed = (hops.get(to)?.passed ?? 0) + 1;
    hops.set(to, broken ? { hop: to, passed: passed - 1, broken: [broken] } : { hop: to, passed, broken: [] });
    if (from === 'alexa' && !broken)
      hops.set('alexa', { hop: 'alexa', passed: (hops.get('alexa')?.passed ?? 0) + 1, broken: [] });
    const whole: Message = { id: nextId++, at: iso(), from, to, ok: !broken, ms: 4, ...message };
    messages = [...messages, whole].slice(-200);
    changed();
  };
  const tell = (lamp: Lamp, sentBy: string, cause?: string) => {
    lamp.tile = {
      name: lamp.name,
      power: lamp.online ? lamp.power : lamp.tile?.power,
      brightness: lamp.online ? (lamp.power === 'ON' ? lamp.level : 0) : lamp.tile?.brightness,
      connectivity: lamp.online ? 'OK' : 'UNREACHABLE',
      sentAt: iso(),
      sentBy,
      cause,
    };
    changed();
  };
  const directive = (name: string, lamp: Lamp, payload: object) =>
    JSON.stringify({
      directive: {
        header: { namespace: 'Alexa.BrightnessController', name, payloadVersion: '3', messageId: 'b3c8…' },
        endpoint: { scope: { type: 'BearerToken', token: '(masked)' }, endpointId: lamp.id, cookie: {} },
        payload,
      },
    });

  const report = async (lamp: Lamp, cause = 'PHYSICAL_INTERACTION') => {
    const from = Date.now();
    await after(120);
    record('plug', 'device-cloud', { title: `power ${lamp.power}, brightness ${lamp.level}`, outcome: 'noted' });
    record('device-cloud', 'device-watch', {
      title: `IotSwitch:${lamp.id}`,
      outcome: 'frame',
      sent: JSON.stringify({ data: { id: Number(lamp.id), power: lamp.power, brightness: lamp.level, chgReason: 1 } }),
    });
    record('device-watch', 'queue', { title: `sample of ${lamp.id}`, outcome: 'queued' });
    await after(150);
    record('queue', 'report-worker', { title: `sample of ${lamp.id}`, outcome: 'taken' });
    while (faults.get('lwa-down')?.on) {
      record(
        'report-worker',
        'lwa',
        { title: 'POST /auth/o2/token', outcome: '503', ms: 31 },
        'Login with Amazon answers 503; the report waits and is tried again.',
      );
      await after(700);
    }
    record('report-worker', 'lwa', {
      title: 'POST /auth/o2/token',
      outcome: '200',
      sent: JSON.stringify({ grant_type: 'refresh_token', refresh_token: '(masked)', client_secret: '(masked)' }),
      answered: JSON.stringify({ access_token: '(masked)', token_type: 'bearer', expires_in: 3600 }),
    });
    record('report-worker', 'gateway', { title: 'ChangeReport', outcome: '202', ms: 38 });
    record('gateway', 'alexa', { title: 'ChangeReport', outcome: 'taken' });
    lamp.lastLagMs = Date.now() - from;
    tell(lamp, 'ChangeReport', cause);
  };

  const agree = (lamp: Lamp) =>
    lamp.tile !== undefined &&
    (lamp.online
      ? lamp.tile.connectivity === 'OK' &&
        lamp.tile.power === lamp.power &&
        lamp.tile.brightness === (lamp.power === 'ON' ? lamp.level : 0)
      : lamp.tile.connectivity === 'UNREACHABLE');
  const lampOf = (id: string) => {
    const lamp = lamps.find((candidate) => candidate.id === id);
    if (!lamp) throw new Error('There is no such lamp.');
    return lamp;
  };

  const wind = (ms: number) => {
    aheadMs += ms;
    if (!link.linked) return;
    record('alexa', 'account-linking', {
      title: 'refresh',
      outcome: '200',
      sent: JSON.stringify({ grant_type: 'refresh_token', refresh_token: '(masked)', client_secret: '(masked)' }),
    });
    link = { ...link, refreshes: link.refreshes + 1 };
    sessionEnd = Math.max(sessionEnd, now() + SESSION_MS / 2);
  };
  const notify = (notice: Omit<NoticeShown, 'id' | 'at'>) => {
    notices = [...notices, { id: nextId++, at: iso(), ...notice }].slice(-30);
  };
  const needsPerson = () => {
    if (notices.some(({ allClear }) => !allClear)) return;
    notify({
      subject: 'The lamp needs you: sign in to My Leviton once more',
      text: `My Leviton no longer takes the password of l…p@example.org; most likely it was changed.\nAlexa cannot switch the lamp until someone signs in here: ${signInUrl}\nNothing has to be done in the Alexa app.`,
      link: signInUrl,
    });
  };
  const session = (): NonNullable<LinkState['session']> =>
    knownPassword === password
      ? { state: 'healthy', endsAt: iso(sessionEnd), renewable: true }
      : { state: 'needs-reauth', reason: 'password-changed', endsAt: iso(sessionEnd), renewable: true };

  const controls: Readonly<Record<string, () => Promise<void>>> = {
    'days-1': async () => wind(DAY_MS),
    'days-61': async () => wind(61 * DAY_MS),
    'days-400': async () => {
      await after(1_500);
      wind(400 * DAY_MS);
    },
    'change-password': async () => {
      password = CHANGED_PASSWORD;
    },
    disable: async () => {
      link = { ...link, linked: false };
    },
    'two-refreshes': async () => {
      wind(0);
      wind(0);
    },
    'lose-link': async () => {
      record(
        'alexa',
        'account-linking',
        { title: 'refresh', outcome: '503' },
        'The row of the link is not to be found.',
      );
      throw new Error('This desk only pretends, and cannot find the row again.');
    },
  };

  /** @returns what Alexa would say, and whether it is well */
  const obey = async (sentence: string): Promise<[string, boolean]> => {
    const words = sentence.toLowerCase();
    const lamp = lamps.find(({ name }) => words.includes(name.toLowerCase()));
    const level = Number(/(?:to|by) (\d+)/.exec(words)?.[1] ?? Number.NaN);
    const base = lamp?.power === 'ON' ? lamp.level : 0;
    const target = /\bon\b/.test(words)
      ? lamp?.level
      : /\boff\b/.test(words)
        ? 0
        : /^set/.test(words)
          ? level
          : /^dim/.test(words)
            ? base - (level || 25)
            : /^brighten/.test(words)
              ? base + (level || 25)
              : undefined;
    if (!lamp || target === undefined || Number.isNaN(target)) return ["Sorry, I don't know what you mean.", false];
    const bounded = Math.min(100, Math.max(0, target));
    if (!link.linked) return ['Sorry, the skill is not linked.', false];
    record('alexa', 'skill', {
      title: `SetBrightness ${bounded}`,
      outcome: 'Response',
      ms: 36,
      sent: directive('SetBrightness', lamp, { brightness: bounded }),
      answered: JSON.stringify({ event: { header: { namespace: 'Alexa', name: 'Response' }, payload: {} } }),
    });
    if (faults.get('cloud-slow')?.on) await after(1_500);
    if (knownPassword !== password) {
      record('skill', 'device-cloud', { title: 'POST /Person/login', outcome: '401' }, 'The password was changed.');
      needsPerson();
      return [`${lamp.name} isn't responding.`, false];
    }
    await after(60);
    const call = { title: `PUT /IotSwitches/${lamp.id}`, sent: JSON.stringify({ power: 'ON', brightness: bounded }) };
    if (faults.get('cloud-down')?.on) {
      record(
        'skill',
        'device-cloud',
        { ...call, outcome: '502', answered: '"<html>502 Bad Gateway</html>"' },
        'The device cloud answers 502 with a web page.',
      );
      return [`${lamp.name} isn't responding.`, false];
    }
    record('skill', 'device-cloud', { ...call, outcome: '200' });
    if (!lamp.online) {
      record(
        'device-cloud',
        'plug',
        { title: 'write', outcome: 'not connected' },
        'The plug is not connected to its cloud.',
      );
      tell(lamp, 'ErrorResponse');
      return [`${lamp.name} isn't responding. Please check its network connection and power supply.`, false];
    }
    if (bounded === 0) lamp.power = 'OFF';
    else {
      lamp.power = 'ON';
      lamp.level = bounded;
    }
    record('device-cloud', 'plug', { title: `brightness ${bounded}`, outcome: 'done', ms: 110 });
    tell(lamp, 'Response');
    return ['OK.', true];
  };

  return {
    state: (): DeskState => ({
      now: iso(),
      cloud: 'emulated',
      lamps: lamps.map(({ id, name, account, dimmable, power, level, online, tile, lastLagMs }) => {
        const lag = agree(lampOf(id)) && lastLagMs !== undefined ? { lastLagMs } : {};
        const seen = tile ? { tile } : {};
        const where = account === undefined ? {} : { account };
        const plug = { power, level, online };
        return { id, name, ...where, dimmable, plug, agree: agree(lampOf(id)), ...seen, ...lag };
      }),
      hops: [...hops.values()],
      faults: [...faults.values()],
      controls: CONTROLS,
      link: { ...link, session: session(), ...(password === ACCOUNT.password && { hint: ACCOUNT }) },
      notices,
      turns,
      messages,
      problems,
    }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async say({ sentence }) {
      const from = Date.now();
      const [answer, ok] = await obey(sentence);
      const ms = Date.now() - from;
      turns = [
        ...turns,
        { id: nextId++, at: iso(), said: sentence, answer, outcome: ok ? 'done' : 'failed', ms } as const,
      ].slice(-30);
      changed();
    },
    async press({ lamp: id, press }) {
      const lamp = lampOf(id);
      if (!lamp.online) throw new Error('The plug has no power.');
      lamp.power = press === 'toggle' && lamp.power === 'ON' ? 'OFF' : 'ON';
      if (press !== 'toggle') lamp.level = press;
      changed();
      void report(lamp);
    },
    async move({ lamp: id, by, level }) {
      const lamp = lampOf(id);
      if (!lamp.online) throw new Error(`The ${by} cannot reach the plug: it has no power.`);
      lamp.power = level === 0 ? 'OFF' : 'ON';
      if (level > 0) lamp.level = level;
      changed();
      void report(lamp, 'APP_INTERACTION');
    },
    async control({ id }) {
      await after(250);
      await controls[id]?.();
      changed();
    },
    async unplug({ lamp: id, unplugged }) {
      const lamp = lampOf(id);
      lamp.online = !unplugged;
      const broken = unplugged ? ['The plug is not connected to its cloud.'] : [];
      hops.set('plug', { hop: 'plug', passed: hops.get('plug')?.passed ?? 0, broken });
      changed();
      if (!unplugged) void report(lamp);
    },
    async fault({ id, on }) {
      const fault = faults.get(id);
      if (fault) faults.set(id, { ...fault, on });
      changed();
    },
    async stop() {},
    async discover() {
      record('alexa', 'skill', { title: 'Discover', outcome: 'Discover.Response', ms: 52 });
      record('skill', 'device-cloud', { title: 'GET /ResidentialPermissions', outcome: '200', ms: 30 });
      for (const lamp of lamps) tell(lamp, 'StateReport');
    },
    signIn(typed) {
      if (typed.email !== ACCOUNT.email || typed.password !== password) return false;
      if (knownPassword !== password)
        notify({ subject: 'All is well again', text: 'Someone signed in to My Leviton.', allClear: true });
      knownPassword = password;
      sessionEnd = now() + SESSION_MS;
      record('account-linking', 'device-cloud', { title: 'POST /Person/login', outcome: '200' });
      if (!link.linked) {
        record('alexa', 'account-linking', { title: 'exchange the code', outcome: '200' });
        link = { ...link, linked: true, since: iso(), refreshes: 0, refused: 0 };
      }
      changed();
      return true;
    },
    complain(sentence) {
      problems.push(sentence);
      changed();
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
