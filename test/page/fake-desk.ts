import type {
  Desk,
  DeskState,
  FaultState,
  Hop,
  HopState,
  LampState,
  Message,
  Turn,
} from '../../desk/console/protocol.ts';

const HOPS: readonly Hop[] = [
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
    label: 'Device cloud down (502 with HTML)',
    expect: 'Alexa says that the lamp is not responding; nothing unlinks, and all is well once the cloud is back.',
    on: false,
  },
  {
    id: 'cloud-slow',
    label: 'Device cloud slow',
    expect: 'Answers take a second and a half longer and still arrive before Alexa gives up.',
    on: false,
  },
  {
    id: 'session-revoked',
    label: 'Session revoked',
    expect: 'The next sentence signs in again by itself; nobody notices.',
    on: false,
  },
  {
    id: 'lwa-down',
    label: 'Login with Amazon down',
    expect: "The plug's button no longer reaches the tile; the reports wait in the queue and arrive when it is back.",
    on: false,
  },
];

interface Lamp {
  readonly id: string;
  readonly name: string;
  readonly dimmable: boolean;
  power: 'ON' | 'OFF';
  level: number;
  online: boolean;
  tile: LampState['tile'];
  lastLagMs?: number;
}

/** A desk without a skill: it answers by itself, so that the page can be worked on and tested alone. */
export interface FakeDesk extends Desk {
  /** Makes the emulated Alexa complain. */
  complain(sentence: string): void;
  close(): void;
}

export function createFakeDesk({ lamps: count = 1 }: { lamps?: 1 | 2 | 3 } = {}): FakeDesk {
  const lamps = (['Bedroom lamp', 'Reading light', 'Fairy lights'] as const)
    .slice(0, count)
    .map((name, index): Lamp => {
      const dimmable = index < 2;
      return { id: String(1613723 + index), name, dimmable, power: 'OFF', level: 80, online: true, tile: undefined };
    });
  const hops = new Map<Hop, HopState>(HOPS.map((hop) => [hop, { hop, passed: 0 }]));
  const faults = new Map(FAULTS.map((fault) => [fault.id, fault]));
  const listeners = new Set<() => void>();
  const timers = new Set<NodeJS.Timeout>();
  let turns: Turn[] = [];
  let messages: Message[] = [];
  const problems: string[] = [];
  let nextId = 1;

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

  const pass = (
    from: Hop,
    to: Hop,
    message: Pick<Message, 'title' | 'outcome'> & Partial<Message>,
    broken?: string,
  ) => {
    const passed = (hops.get(to)?.passed ?? 0) + 1;
    hops.set(to, broken ? { hop: to, passed: passed - 1, broken } : { hop: to, passed });
    if (from === 'alexa' && !broken) hops.set('alexa', { hop: 'alexa', passed: (hops.get('alexa')?.passed ?? 0) + 1 });
    const whole: Message = { id: nextId++, at: new Date().toISOString(), from, to, ok: !broken, ms: 4, ...message };
    messages = [...messages, whole].slice(-200);
    changed();
  };
  const tell = (lamp: Lamp, toldBy: string, cause?: string) => {
    lamp.tile = {
      name: lamp.name,
      power: lamp.online ? lamp.power : lamp.tile?.power,
      brightness: lamp.online ? (lamp.power === 'ON' ? lamp.level : 0) : lamp.tile?.brightness,
      connectivity: lamp.online ? 'OK' : 'UNREACHABLE',
      toldAt: new Date().toISOString(),
      toldBy,
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

  const report = async (lamp: Lamp) => {
    const from = Date.now();
    await after(120);
    pass('plug', 'device-cloud', { title: `power ${lamp.power}, brightness ${lamp.level}`, outcome: 'noted' });
    pass('device-cloud', 'device-watch', {
      title: `IotSwitch:${lamp.id}`,
      outcome: 'frame',
      sent: JSON.stringify({ data: { id: Number(lamp.id), power: lamp.power, brightness: lamp.level, chgReason: 1 } }),
    });
    pass('device-watch', 'queue', { title: `sample of ${lamp.id}`, outcome: 'queued' });
    await after(150);
    pass('queue', 'report-worker', { title: `sample of ${lamp.id}`, outcome: 'taken' });
    while (faults.get('lwa-down')?.on) {
      pass(
        'report-worker',
        'lwa',
        { title: 'POST /auth/o2/token', outcome: '503', ms: 31 },
        'Login with Amazon answers 503; the report waits and is tried again.',
      );
      await after(700);
    }
    pass('report-worker', 'lwa', {
      title: 'POST /auth/o2/token',
      outcome: '200',
      sent: JSON.stringify({ grant_type: 'refresh_token', refresh_token: '(masked)', client_secret: '(masked)' }),
      answered: JSON.stringify({ access_token: '(masked)', token_type: 'bearer', expires_in: 3600 }),
    });
    pass('report-worker', 'gateway', { title: 'ChangeReport', outcome: '202', ms: 38 });
    pass('gateway', 'alexa', { title: 'ChangeReport', outcome: 'taken' });
    lamp.lastLagMs = Date.now() - from;
    tell(lamp, 'ChangeReport', 'PHYSICAL_INTERACTION');
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
    pass('alexa', 'skill', {
      title: `SetBrightness ${bounded}`,
      outcome: 'Response',
      ms: 36,
      sent: directive('SetBrightness', lamp, { brightness: bounded }),
      answered: JSON.stringify({ event: { header: { namespace: 'Alexa', name: 'Response' }, payload: {} } }),
    });
    if (faults.get('cloud-slow')?.on) await after(1_500);
    await after(60);
    const call = { title: `PUT /IotSwitches/${lamp.id}`, sent: JSON.stringify({ power: 'ON', brightness: bounded }) };
    if (faults.get('cloud-down')?.on) {
      pass(
        'skill',
        'device-cloud',
        { ...call, outcome: '502', answered: '"<html>502 Bad Gateway</html>"' },
        'The device cloud answers 502 with a web page.',
      );
      return [`${lamp.name} isn't responding.`, false];
    }
    pass('skill', 'device-cloud', { ...call, outcome: '200' });
    if (!lamp.online) {
      pass(
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
    pass('device-cloud', 'plug', { title: `brightness ${bounded}`, outcome: 'done', ms: 110 });
    tell(lamp, 'Response');
    return ['OK.', true];
  };

  return {
    state: (): DeskState => ({
      now: new Date().toISOString(),
      cloud: 'emulated',
      lamps: lamps.map(({ id, name, dimmable, power, level, online, tile, lastLagMs }) => {
        const lag = agree(lampOf(id)) && lastLagMs !== undefined ? { lastLagMs } : {};
        const seen = tile ? { tile } : {};
        return { id, name, dimmable, plug: { power, level, online }, agree: agree(lampOf(id)), ...seen, ...lag };
      }),
      hops: [...hops.values()],
      faults: [...faults.values()],
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
      turns = [...turns, { id: nextId++, at: new Date().toISOString(), said: sentence, answer, ok, ms }].slice(-30);
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
    async unplug({ lamp: id, unplugged }) {
      const lamp = lampOf(id);
      lamp.online = !unplugged;
      const broken = unplugged ? { broken: 'The plug is not connected to its cloud.' } : {};
      hops.set('plug', { hop: 'plug', passed: hops.get('plug')?.passed ?? 0, ...broken });
      changed();
      if (!unplugged) void report(lamp);
    },
    async fault({ id, on }) {
      const fault = faults.get(id);
      if (fault) faults.set(id, { ...fault, on });
      changed();
    },
    async discover() {
      pass('alexa', 'skill', { title: 'Discover', outcome: 'Discover.Response', ms: 52 });
      pass('skill', 'device-cloud', { title: 'GET /ResidentialPermissions', outcome: '200', ms: 30 });
      for (const lamp of lamps) tell(lamp, 'StateReport');
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
