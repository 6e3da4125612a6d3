import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from '../../ports/clock.ts';
import type {
  CloudSession,
  Credentials,
  Device,
  DeviceCloud,
  DeviceList,
  SessionsByToken,
  Skipped,
} from '../../ports/device-cloud.ts';
import { CloudUnreachable, DeviceUnreachable, type SignInRefusal, SignInRefused } from '../../ports/errors.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { about, type Call, createHttp, type Send } from './http.ts';
import { type ProblemCode, toError } from './problems.ts';
import {
  credentialOf,
  devicePath,
  idOf,
  readDevice,
  serviceSession,
  sessionOfToken,
  toDevice,
  toSession,
  WireDeviceList,
} from './wire.ts';

export interface MakerCloudOptions {
  /** The base address of `openapi.yaml`. */
  readonly url: string;
  /** What people call the cloud. */
  readonly cloudName: string;
  readonly clock: Clock;
  /** `deviceCloudClient` is for the sessions of our own client, see `service-client.ts`. */
  readonly secrets?: () => Promise<Pick<Secrets, 'deviceCloudClient'>>;
  /** The longest wait for one answer, also of a sign-in. A directive's own deadline ends it earlier. */
  readonly timeoutMs?: number;
}

/** A device follows a change within this time: the contract answers before it does. */
const DEVICE_LATENCY_MS = 1_500;

/** A cloud that serves the contract in `openapi.yaml`. Make one for the life of the process: it keeps its connections and rate limits. */
export function createMakerCloud(options: MakerCloudOptions): DeviceCloud & SessionsByToken {
  const { url, cloudName, clock, timeoutMs = 10_000 } = options;
  const send = createHttp({ url: url.replace(/\/+$/, ''), clock, timeoutMs });
  const serviceClient = async () => (await options.secrets?.())?.deviceCloudClient;
  const service = serviceOf(serviceClient, clock, (call) => success(send, call));
  const use = async (session: CloudSession, call: Omit<Call, 'accessToken'>): Promise<unknown> => {
    const credential = credentialOf(session);
    if ('onBehalfOf' in credential) return await (await service())({ ...call, ...credential });
    return await success(send, { ...call, ...credential });
  };
  /** The device of an answer about it. */
  const deviceOf = (call: Omit<Call, 'accessToken'>, id: string, body: unknown, at: Date, uncertaintyMs = 0) => {
    const wire = readDevice(body);
    if (typeof wire === 'string')
      throw new CloudUnreachable(`${about(call)}: malformed in ${wire}`, { answer: 'unreadable' });
    if (wire.id !== id) throw new CloudUnreachable(`${about(call)}: another device`);
    return toDevice(wire, cloudName, at, uncertaintyMs);
  };
  return {
    sessionOfToken: async (...token) => sessionOfToken(...token),
    serviceSession: async (...account) =>
      (await serviceClient()) === undefined ? undefined : serviceSession(...account),
    signIn: (credentials, code, signal) => signIn(send, credentials, code, signal),
    probeSignIn: async () => undefined, // the contract has no request without credentials
    async signOut(session, signal) {
      const credential = credentialOf(session);
      if ('onBehalfOf' in credential) return;
      const call = { method: 'DELETE', path: '/sessions/current', ...credential, signal } as const;
      const { isSuccess, status, code } = await send(call);
      if (!isSuccess && code !== 'session-ended') throw toError(undefined, `${about(call)}: ${status}`);
    },
    async devices(session, signal) {
      const asked = clock.now(); // an event that overtakes the answer is newer than what is in it
      const body = await use(session, { method: 'GET', path: '/devices', signal });
      return toList(body, (wire) => toDevice(wire, cloudName, asked, 0));
    },
    async device(session, id, signal) {
      const call = { method: 'GET', path: devicePath(id), signal } as const;
      const asked = clock.now();
      return deviceOf(call, id, await use(session, call), asked);
    },
    async command(session, id, command, signal, known) {
      const call = { method: 'PATCH', path: devicePath(id), signal } as const;
      if (known?.connected === false) throw offline(id);
      const body = 'level' in command ? { power: command.power, level: percent(command.level) } : command;
      const answer = await use(session, { ...call, body, idempotencyKey: randomUUID() });
      const device = deviceOf(call, id, answer, clock.now(), DEVICE_LATENCY_MS);
      if (!device.connected) throw offline(id);
      return { ...device, power: command.power };
    },
  };
}

/** Reads with the token of our own client, which few deployments have. */
function serviceOf(
  settings: () => Promise<unknown>,
  clock: Clock,
  send: (call: Call) => Promise<unknown>,
): () => Promise<(call: Call) => Promise<unknown>> {
  let made: Promise<(call: Call) => Promise<unknown>> | undefined;
  return () => {
    made ??= import('./service-client.ts').then(({ createServiceClient }) =>
      createServiceClient({ settings, clock, send }),
    );
    return made;
  };
}

/** The body of a call that succeeds. @throws the port's error for a problem, and all that `send` throws */
async function success(send: Send, call: Call): Promise<unknown> {
  const { isSuccess, status, body, code } = await send(call);
  if (!isSuccess) throw toError(code, `${about(call)}: ${status}`);
  return body;
}

const REFUSALS: Partial<Record<ProblemCode, SignInRefusal>> = {
  'wrong-password': 'wrong-password',
  'code-needed': 'code-needed',
  'wrong-code': 'wrong-code',
  locked: 'locked',
};

/** @throws SignInRefused, CloudUnreachable, CloudRateLimited */
async function signIn(
  send: Send,
  { email, password }: Credentials,
  code: string | undefined,
  signal: AbortSignal,
): Promise<CloudSession> {
  const call = {
    method: 'POST',
    path: '/sessions',
    body: { email, password, ...(code !== undefined && { code }) },
  } as const;
  const answer = await send({ ...call, signal });
  const refusal = answer.code && REFUSALS[answer.code];
  if (refusal) throw new SignInRefused(refusal, `the device cloud answered ${answer.code} to the sign-in`);
  const session = answer.isSuccess ? toSession(answer.body) : undefined;
  if (!session) throw new CloudUnreachable(`${about(call)}: ${answer.status} without a session`);
  return session;
}

/** @throws CloudUnreachable when there is no list at all */
function toList(body: unknown, toNoun: (wire: Exclude<ReturnType<typeof readDevice>, string>) => Device): DeviceList {
  const list = v.safeParse(WireDeviceList, body);
  if (!list.success) throw new CloudUnreachable('GET /devices: no list', { answer: 'unreadable' });
  const devices = new Map<string, Device>();
  const skipped: Skipped[] = [];
  for (const row of list.output.devices) {
    const wire = readDevice(row);
    if (typeof wire !== 'string') {
      devices.set(wire.id, toNoun(wire));
      continue;
    }
    const id = idOf(row);
    const reason = `malformed: ${wire}`;
    // Which one it is, a row without an id does not say: it may be any.
    skipped.push(id === undefined ? { what: 'list', id: '/devices', reason } : { what: 'device', id, reason });
  }
  return { devices: [...devices.values()], skipped };
}

const offline = (id: string) => new DeviceUnreachable(`device ${id} is not connected to its cloud`);

const percent = (level: number): number => Math.min(Math.max(Math.round(level), 1), 100);
