import { expect, test } from '@jest/globals';
import { DeskClock } from '../../desk/clock.ts';
import { withDeadline } from '../../lambda/domain/deadline.ts';
import { type DeadlineExceeded, isCloudUnreachable } from '../../lambda/ports/errors.ts';

const forever = () => new Promise<never>(() => undefined);
const soon = async () => 'value';

/** Ports that never answer, except for `cloud.command`. */
function hanging() {
  const clock = new DeskClock(new Date('2026-03-01T12:00:00.000Z'));
  return {
    clock,
    cloud: { device: forever, command: soon },
    accounts: { get: forever },
    bearers: { open: forever },
    tokens: { exchange: forever },
    gateway: { send: forever },
    notices: { clear: forever },
    queue: { send: forever },
    clients: forever,
    noteDevices: forever,
    isFetchingSecrets: () => false,
  };
}
type Ports = ReturnType<typeof hanging>;

async function failureOf(ports: Ports, work: (ports: Ports) => Promise<unknown>): Promise<DeadlineExceeded> {
  const failed = withDeadline(1_000, ports, (_, observed) => work(observed)).then(
    () => undefined,
    (error: unknown) => error,
  );
  await new Promise((resolve) => setImmediate(resolve));
  ports.clock.advance(1_000);
  const failure = (await failed) as DeadlineExceeded;
  ports.clock.advance(60_000); // no timer outlives the test
  return failure;
}

test.each<{ when: string; work: (ports: Ports) => Promise<unknown>; waitingFor: string | undefined }>([
  { when: 'the device cloud hangs', work: ({ cloud }) => cloud.device(), waitingFor: 'device cloud' },
  { when: 'the table hangs', work: ({ accounts }) => accounts.get(), waitingFor: 'table' },
  { when: 'the secrets hang', work: ({ bearers }) => bearers.open(), waitingFor: 'secrets' },
  { when: 'Login with Amazon hangs', work: ({ tokens }) => tokens.exchange(), waitingFor: 'Login with Amazon' },
  { when: 'the event gateway hangs', work: ({ gateway }) => gateway.send(), waitingFor: 'event gateway' },
  { when: 'the notices hang', work: ({ notices }) => notices.clear(), waitingFor: 'notices' },
  { when: 'the report queue hangs', work: ({ queue }) => queue.send(), waitingFor: 'report queue' },
  { when: 'a port that is one function hangs', work: ({ clients }) => clients(), waitingFor: 'secrets' },
  { when: 'the notes on devices hang', work: ({ noteDevices }) => noteDevices(), waitingFor: 'table' },
  { when: 'it pauses between attempts', work: ({ clock }) => clock.wait(60_000), waitingFor: 'pause' },
  { when: 'no call is pending', work: forever, waitingFor: undefined },
  { when: 'the ports are copied on the way', work: (ports) => ({ ...ports }).accounts.get(), waitingFor: 'table' },
  {
    when: 'the device cloud has answered and the table hangs',
    work: async ({ cloud, accounts }) => {
      await cloud.command();
      await accounts.get();
    },
    waitingFor: 'table',
  },
  {
    when: 'a call and a pause are pending',
    work: ({ clock, tokens }) => Promise.all([clock.wait(60_000), tokens.exchange()]),
    waitingFor: 'Login with Amazon',
  },
])('$when: a deadline that passes says so', async ({ work, waitingFor }) => {
  expect(await failureOf(hanging(), work)).toMatchObject({ name: 'DeadlineExceeded', waitingFor });
});

test('a store that waits for the secrets is not blamed', async () => {
  const ports = { ...hanging(), isFetchingSecrets: () => true };
  expect(await failureOf(ports, ({ accounts }) => accounts.get())).toMatchObject({ waitingFor: 'secrets' });
});

test('a deadline inside another one names the same', async () => {
  const inner = (ports: Ports) => withDeadline(5_000, ports, (_, { accounts }) => accounts.get());
  expect(await failureOf(hanging(), inner)).toMatchObject({ waitingFor: 'table' });
});

test('the signal carries the same error', async () => {
  const ports = hanging();
  let reason: unknown;
  const failure = withDeadline(1_000, ports, (signal, { cloud }) => {
    signal.addEventListener('abort', () => {
      reason = signal.reason;
    });
    return cloud.device();
  }).catch((error: unknown) => error);
  await new Promise((resolve) => setImmediate(resolve));
  ports.clock.advance(1_000);
  expect(await failure).toBe(reason);
});

test('what is done in time is passed on, result or error', async () => {
  const bug = new Error('a bug');
  expect(await withDeadline(1_000, hanging(), soon)).toBe('value');
  await expect(withDeadline(1_000, hanging(), () => Promise.reject(bug))).rejects.toBe(bug);
});

test.each([
  { waitingFor: 'device cloud', work: ({ cloud }: Ports) => cloud.device(), isCloud: true },
  { waitingFor: 'pause', work: ({ clock }: Ports) => clock.wait(60_000), isCloud: true },
  { waitingFor: 'table', work: ({ accounts }: Ports) => accounts.get(), isCloud: false },
  { waitingFor: 'secrets', work: ({ clients }: Ports) => clients(), isCloud: false },
])('waiting for $waitingFor: the device cloud is unreachable is $isCloud', async ({ work, isCloud }) => {
  expect(isCloudUnreachable(await failureOf(hanging(), work))).toBe(isCloud);
});
