import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeskClock } from '../../desk/clock.ts';
import type {
  CloudSession,
  Credentials,
  Device,
  DeviceChange,
  DeviceCloud,
  DeviceCommand,
  Power,
} from '../../lambda/ports/device-cloud.ts';
import { CloudUnreachable } from '../../lambda/ports/errors.ts';
import { withFastClock } from '../support/clock.ts';

/** A device cloud with one account in it, as the suite needs to handle it. Each test gets a new one. */
export interface DeviceCloudHarness {
  /** The adapter under test. */
  readonly cloud: DeviceCloud;
  /** Another one of it, which waits so long for an answer at most. */
  impatient(timeoutMs: number): DeviceCloud;
  /** What adapter and cloud wait by. */
  readonly clock: DeskClock;
  /** Of an account without a second factor. */
  readonly credentials: Credentials;
  /** Adds a device to the account and answers its id. */
  addDevice(device: ArrangedDevice): string;
  /** Adds a device to somebody else's account. */
  addForeignDevice(): string;
  /** An id of the cloud's own form that no device has. */
  readonly unknownDeviceId: string;
  /** Adds a device to the account whose record cannot be read. */
  addUnreadableDevice(): string;
  /** What a person sees of the device. */
  shows(deviceId: string): { power: Power; level: number };
  /** A hand on the device switches it on. */
  pressOn(deviceId: string): void;
  /** Takes the device's power away; the cloud notices. */
  unplug(deviceId: string): void;
  /** The person removes the device from the account. */
  removeDevice(deviceId: string): void;
  /** The cloud takes no sign-in for a while, whatever the password. */
  lock(): void | Promise<void>;
  /** What the cloud pushes of these devices, in the order of arrival, by whichever way it does. */
  listen(session: CloudSession, deviceIds: readonly string[]): Promise<readonly PushedChange[]>;
  /** From now on later sign-ins need this code. */
  askForCode(code: string): void;
  /** Ends every session of the account. */
  endSessions(): void;
  /** The cloud takes no connections until the returned function is called. */
  takeDown(): () => void;
  /** The cloud takes requests and never answers, until the returned function is called. */
  silence(): () => void;
  /**
   * The cloud asks for fewer requests, whatever it is asked, until the returned function is called.
   * @param retryAfter its header, if it sends one
   */
  limitRate(retryAfter: string): () => void;
  /** Whatever the cloud is asked, it answers so, until the returned function is called. */
  answerBadly(answer: BadAnswer): () => void;
  /** The next request takes effect, and its connection breaks before the answer. */
  loseNextAnswer(): void;
  close(): Promise<void>;
}

export type PushedChange = Pick<DeviceChange, 'deviceId' | 'power' | 'level' | 'connected' | 'origin'>;

/** `gateway-page`: 502 with HTML, `page`: 200 with HTML; the others are 200 as well, but for `server-error`. */
export const BAD_ANSWERS = [
  'gateway-page',
  'page',
  'nothing',
  'no-json',
  'null',
  'another-thing',
  'server-error',
] as const;
export type BadAnswer = (typeof BAD_ANSWERS)[number];

export interface ArrangedDevice {
  readonly name: string;
  readonly dimmable: boolean;
  readonly power: Power;
  readonly level: number;
}

const PASSWORD_TRIED = 'another-password';
const lamp: ArrangedDevice = { name: 'Bedroom', dimmable: true, power: 'OFF', level: 40 };
const patience = () => AbortSignal.timeout(20_000);

/** What the tests are given: again for each. */
interface Given {
  readonly harness: DeviceCloudHarness;
  readonly cloud: DeviceCloud;
  signIn(code?: string): Promise<CloudSession>;
  /** Each way to use a session, on one device. */
  uses(
    session: CloudSession,
    id: string,
    signal?: AbortSignal,
    cloud?: DeviceCloud,
  ): Record<string, () => Promise<unknown>>;
}

/** The suite that an adapter must pass to implement the `DeviceCloud` port. */
export function deviceCloudContract(name: string, setup: () => Promise<DeviceCloudHarness>): void {
  describe(`${name} as a device cloud`, () => {
    let harness: DeviceCloudHarness;
    beforeEach(async () => {
      harness = await setup();
    });
    afterEach(() => harness.close());

    const given: Given = {
      get harness() {
        return harness;
      },
      get cloud() {
        return harness.cloud;
      },
      signIn: (code) => harness.cloud.signIn(harness.credentials, code, patience()),
      uses: (session, id, signal = patience(), cloud = harness.cloud) => ({
        devices: () => cloud.devices(session, signal),
        device: () => cloud.device(session, id, signal),
        command: () => cloud.command(session, id, { power: 'ON' }, signal),
      }),
    };
    testSessions(given);
    testDevices(given);
    testPushes(given);
    testFailures(given);
    testBadAnswers(given);
  });
}

function testSessions(given: Given): void {
  test('a session names the account, ends some time, survives JSON and is small', async () => {
    const id = given.harness.addDevice(lamp);
    const first = await given.signIn();
    const second = await given.signIn();
    expect(first.accountId).not.toBe('');
    expect(second.accountId).toBe(first.accountId);
    expect(new Date(first.expiresAt).toISOString()).toBe(first.expiresAt);
    // It travels inside an access token, which stays below 2 KB sealed and in base64.
    expect(JSON.stringify(first).length).toBeLessThan(1_000);
    const revived: CloudSession = JSON.parse(JSON.stringify(first));
    await expect(given.cloud.device(revived, id, patience())).resolves.toMatchObject({ id });
  });

  test('a session that is signed out works no more, and the account’s others do', async () => {
    const id = given.harness.addDevice(lamp);
    const [ended, other] = [await given.signIn(), await given.signIn()];
    await given.cloud.signOut(ended, patience());
    await expect(given.cloud.device(ended, id, patience())).rejects.toMatchObject({ name: 'SessionRejected' });
    await expect(given.cloud.device(other, id, patience())).resolves.toMatchObject({ id });
    await expect(given.cloud.signOut(ended, patience())).resolves.toBeUndefined();
  });

  test.each([
    { when: 'the password is wrong', password: PASSWORD_TRIED, reason: 'wrong-password' },
    { when: 'a code is needed', asks: '482913', reason: 'code-needed' },
    { when: 'the code is wrong', asks: '482913', code: '111111', reason: 'wrong-code' },
  ])('a sign-in is refused when $when, and the error gives nothing away', async ({ password, asks, code, reason }) => {
    if (asks) given.harness.askForCode(asks);
    const credentials = { ...given.harness.credentials, ...(password && { password }) };
    const error: unknown = await given.cloud.signIn(credentials, code, patience()).catch((reason) => reason);
    expect(error).toMatchObject({ name: 'SignInRefused', reason });
    expect(textOf(error)).not.toContain(credentials.password);
    if (code) expect(textOf(error)).not.toContain(code);
  });

  test('a locked account is refused as such, also with the right password', async () => {
    await given.harness.lock();
    await expect(given.signIn()).rejects.toMatchObject({ name: 'SignInRefused', reason: 'locked' });
  });

  test('the right code signs in', async () => {
    given.harness.askForCode('482913');
    await expect(given.signIn('482913')).resolves.toMatchObject({ accountId: expect.any(String) });
  });
}

function testDevices(given: Given): void {
  test('devices are the account’s own, with one name and state each', async () => {
    const dimmer = given.harness.addDevice(lamp);
    const outlet = given.harness.addDevice({ name: 'Heater', dimmable: false, power: 'ON', level: 100 });
    given.harness.addForeignDevice();
    const { devices, skipped } = await given.cloud.devices(await given.signIn(), patience());
    expect(skipped).toEqual([]);
    expect(devices).toHaveLength(2);
    expect(devices.find(({ id }) => id === dimmer)).toMatchObject({
      name: 'Bedroom',
      dimmable: true,
      power: 'OFF',
      level: 40,
      connected: true,
      uncertaintyMs: 0,
      sampledAt: expect.any(Date),
    });
    expect(devices.find(({ id }) => id === outlet)).toMatchObject({
      name: 'Heater',
      dimmable: false,
      power: 'ON',
      connected: true,
    });
  });

  test('one bad device is skipped and named', async () => {
    const good = given.harness.addDevice(lamp);
    const bad = given.harness.addUnreadableDevice();
    const { devices, skipped } = await given.cloud.devices(await given.signIn(), patience());
    expect(devices.map(({ id }) => id)).toEqual([good]);
    expect(skipped).toEqual([{ id: bad, what: 'device', reason: expect.any(String) }]);
  });

  test('a device that cannot be read is the cloud’s fault, not a device that is off', async () => {
    const id = given.harness.addUnreadableDevice();
    await expect(given.cloud.device(await given.signIn(), id, patience())).rejects.toMatchObject({
      name: 'CloudUnreachable',
    });
  });

  test('a device is read as it is', async () => {
    const id = given.harness.addDevice({ ...lamp, power: 'ON' });
    const device = await given.cloud.device(await given.signIn(), id, patience());
    expect(device).toMatchObject({ id, name: 'Bedroom', power: 'ON', level: 40, connected: true, uncertaintyMs: 0 });
  });

  test.each<{ when: string; from: Partial<ArrangedDevice>; command: DeviceCommand; power: Power; level: number }>([
    { when: 'on', from: {}, command: { power: 'ON' }, power: 'ON', level: 40 },
    { when: 'off, the level stays', from: { power: 'ON' }, command: { power: 'OFF' }, power: 'OFF', level: 40 },
    { when: 'on twice', from: { power: 'ON' }, command: { power: 'ON' }, power: 'ON', level: 40 },
    { when: 'off twice', from: {}, command: { power: 'OFF' }, power: 'OFF', level: 40 },
    { when: 'a level while off', from: {}, command: { power: 'ON', level: 70 }, power: 'ON', level: 70 },
    { when: 'a level while on', from: { power: 'ON' }, command: { power: 'ON', level: 1 }, power: 'ON', level: 1 },
    { when: 'the level it has', from: { power: 'ON' }, command: { power: 'ON', level: 40 }, power: 'ON', level: 40 },
    { when: 'its most', from: {}, command: { power: 'ON', level: 100 }, power: 'ON', level: 100 },
  ])('command, $when: answered and shown as $power at $level', async ({ from, command, power, level }) => {
    const session = await given.signIn();
    for (const isKnown of [false, true]) {
      const id = given.harness.addDevice({ ...lamp, ...from });
      const known = isKnown ? await given.cloud.device(session, id, patience()) : undefined;
      const device = await given.cloud.command(session, id, command, patience(), known);
      expect(device).toMatchObject({ id, power, level, connected: true });
      expect(device.uncertaintyMs).toBeGreaterThan(0);
      await eventually(() => expect(given.harness.shows(id)).toEqual({ power, level }));
    }
  });

  test('a change of one field leaves the other: off keeps the level, and on brings it back', async () => {
    const session = await given.signIn();
    const id = given.harness.addDevice(lamp);
    for (const [command, shown] of [
      [
        { power: 'ON', level: 30 },
        { power: 'ON', level: 30 },
      ],
      [{ power: 'OFF' }, { power: 'OFF', level: 30 }],
      [{ power: 'ON' }, { power: 'ON', level: 30 }],
    ] as const) {
      await expect(given.cloud.command(session, id, command, patience())).resolves.toMatchObject(shown);
      await eventually(() => expect(given.harness.shows(id)).toEqual(shown));
    }
  });

  test('a change whose answer is lost is made all the same, and answered', async () => {
    const session = await given.signIn();
    const id = given.harness.addDevice(lamp);
    given.harness.loseNextAnswer();
    const device = await given.cloud.command(session, id, { power: 'ON', level: 70 }, patience());
    expect(device).toMatchObject({ id, power: 'ON', level: 70 });
    await eventually(() => expect(given.harness.shows(id)).toEqual({ power: 'ON', level: 70 }));
  });

  test('a device that was removed is not found, and not listed', async () => {
    const session = await given.signIn();
    const [gone, stays] = [given.harness.addDevice(lamp), given.harness.addDevice({ ...lamp, name: 'Hall' })];
    given.harness.removeDevice(gone);
    await expect(given.cloud.device(session, gone, patience())).rejects.toMatchObject({ name: 'DeviceNotFound' });
    const { devices } = await given.cloud.devices(session, patience());
    expect(devices.map(({ id }) => id)).toEqual([stays]);
  });

  test('an unplugged device is read as not connected and takes no command', async () => {
    const session = await given.signIn();
    const id = given.harness.addDevice(lamp);
    given.harness.unplug(id);
    const known = await given.cloud.device(session, id, patience());
    expect(known.connected).toBe(false);
    const command = (before?: Device) => given.cloud.command(session, id, { power: 'ON' }, patience(), before);
    await expect(command()).rejects.toMatchObject({ name: 'DeviceUnreachable' });
    await expect(command(known)).rejects.toMatchObject({ name: 'DeviceUnreachable' });
  });

  test('a device that is not there, or somebody else’s, is not found', async () => {
    const session = await given.signIn();
    const foreign = given.harness.addForeignDevice();
    const before = given.harness.shows(foreign);
    for (const id of [given.harness.unknownDeviceId, foreign, '', '../x', '1%2f2', '名']) {
      await expect(given.cloud.device(session, id, patience())).rejects.toMatchObject({ name: 'DeviceNotFound' });
      const command = given.cloud.command(session, id, { power: 'ON' }, patience());
      await expect(command).rejects.toMatchObject({ name: 'DeviceNotFound' });
    }
    expect(given.harness.shows(foreign)).toEqual(before);
  });
}

function testPushes(given: Given): void {
  test('a hand at the device is pushed, and so is its loss of power', async () => {
    const session = await given.signIn();
    const id = given.harness.addDevice(lamp);
    const changes = await given.harness.listen(session, [id]);
    given.harness.pressOn(id);
    await eventually(() => expect(changes).toMatchObject([{ deviceId: id, power: 'ON', origin: 'plug' }]));
    given.harness.unplug(id);
    await eventually(() => expect(changes.at(-1)).toMatchObject({ deviceId: id, connected: false }));
  });

  test('our own write is pushed when the device has followed', async () => {
    const session = await given.signIn();
    const id = given.harness.addDevice(lamp);
    const changes = await given.harness.listen(session, [id]);
    await given.cloud.command(session, id, { power: 'ON', level: 70 }, patience());
    await eventually(() => expect(changes.at(-1)).toMatchObject({ deviceId: id, power: 'ON', level: 70 }));
    expect(changes.map(({ origin }) => origin)).not.toContain('plug');
  });
}

/** What each call throws. */
function testFailures(given: Given): void {
  test.each(['devices', 'device', 'command'])('%s: an ended session is rejected, a new one works', async (use) => {
    const id = given.harness.addDevice(lamp);
    const session = await given.signIn();
    given.harness.endSessions();
    await expect(given.uses(session, id)[use]?.()).rejects.toMatchObject({ name: 'SessionRejected' });
    await expect(given.uses(await given.signIn(), id)[use]?.()).resolves.toBeDefined();
  });

  test('a session of some other cloud is rejected', async () => {
    const id = given.harness.addDevice(lamp);
    for (const credential of ['', '{}', 'null', 'secret-of-another']) {
      const error: unknown = await given.cloud
        .device({ accountId: '1', expiresAt: '2030-01-01T00:00:00.000Z', credential }, id, patience())
        .catch((reason) => reason);
      expect(error).toMatchObject({ name: 'SessionRejected' });
      expect(textOf(error)).not.toContain('secret-of-another');
    }
  });

  test.each(['devices', 'device', 'command'])('%s: a cloud that is down is unreachable, then works', async (use) => {
    const id = given.harness.addDevice(lamp);
    const session = await given.signIn();
    const takeUp = given.harness.takeDown();
    await expect(given.uses(session, id)[use]?.()).rejects.toMatchObject({ name: 'CloudUnreachable' });
    await expect(given.signIn()).rejects.toMatchObject({ name: 'CloudUnreachable' });
    takeUp();
    await eventually(async () => expect(await given.uses(session, id)[use]?.()).toBeDefined());
  });

  test.each([
    { use: 'devices', as: 'seconds' },
    { use: 'device', as: 'seconds' },
    { use: 'command', as: 'seconds' },
    { use: 'device', as: 'a date' },
    { use: 'command', as: 'a date' },
  ])('$use: too many requests, until a moment as $as, is said as such', async ({ use, as }) => {
    const id = given.harness.addDevice(lamp);
    const session = await given.signIn();
    const inHalfAMinute = new Date(given.harness.clock.now().getTime() + 30_000).toUTCString();
    const end = given.harness.limitRate(as === 'seconds' ? '30' : inHalfAMinute);
    await expect(given.uses(session, id)[use]?.()).rejects.toMatchObject({ name: 'CloudRateLimited' });
    await expect(given.signIn()).rejects.toMatchObject({ name: 'CloudRateLimited' });
    end();
    given.harness.clock.advance(60_000);
    await expect(given.uses(session, id)[use]?.()).resolves.toBeDefined();
  });

  test.each(['devices', 'device', 'command'])('%s ends with the caller’s signal', async (use) => {
    const id = given.harness.addDevice(lamp);
    const session = await given.signIn();
    given.harness.silence();
    const deadline = new CloudUnreachable('the directive’s time is up');
    const giveUp = new AbortController();
    const waiting = given.uses(session, id, giveUp.signal)[use]?.();
    setImmediate(() => giveUp.abort(deadline));
    await expect(waiting).rejects.toBe(deadline);
    const already = given.uses(session, id, AbortSignal.abort())[use]?.();
    await expect(already).rejects.toMatchObject({ name: 'CloudUnreachable' });
  });
}

/** Answers that no cloud means, and none at all. */
function testBadAnswers(given: Given): void {
  test.each(BAD_ANSWERS)('the answer %s is the cloud’s fault, whatever was asked', async (answer) => {
    const id = given.harness.addDevice(lamp);
    const session = await given.signIn();
    const end = given.harness.answerBadly(answer);
    const all = { ...given.uses(session, id), signIn: () => given.signIn() };
    for (const [use, work] of Object.entries(all)) {
      const error: unknown = await withFastClock<unknown>(given.harness.clock, work).catch((reason) => reason);
      expect([use, error]).toMatchObject([use, { name: 'CloudUnreachable' }]);
      for (const secret of [given.harness.credentials.password, session.credential])
        expect(textOf(error)).not.toContain(secret);
    }
    end();
    await expect(given.cloud.device(session, id, patience())).resolves.toMatchObject({ id });
  });

  test.each(['devices', 'device', 'command'])(
    '%s: a cloud that does not answer in time is unreachable',
    async (use) => {
      const id = given.harness.addDevice(lamp);
      const session = await given.signIn();
      const end = given.harness.silence();
      const impatient = given.uses(session, id, patience(), given.harness.impatient(50));
      await expect(impatient[use]?.()).rejects.toMatchObject({ name: 'CloudUnreachable' });
      end();
      await expect(given.uses(session, id)[use]?.()).resolves.toBeDefined();
    },
  );
}

/** All that a log could print of an error. */
const textOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.stack} ${JSON.stringify(error)} ${textOf(error.cause)}`
    : (JSON.stringify(error) ?? '');

/** Repeats an assertion until it holds; after half a minute it fails as it last did. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
