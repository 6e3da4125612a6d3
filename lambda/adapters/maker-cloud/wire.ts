import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { CloudSession, Device } from '../../ports/device-cloud.ts';
import { DeviceNotFound, SessionRejected } from '../../ports/errors.ts';

/*
 * The messages of `openapi.yaml`, read a little more generously than it asks for: what only tells people about a device may be missing or
 * odd; what decides on a lamp may not.
 */

const DEVICE_ID = /^[A-Za-z0-9_-]{1,128}$/;
const deviceId = v.pipe(v.string(), v.regex(DEVICE_ID));
const text = v.fallback(v.pipe(v.string(), v.trim()), '');
const level = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(100), v.transform(Math.round));

const WireDevice = v.pipe(
  v.object({
    id: deviceId,
    name: v.pipe(v.string(), v.trim(), v.minLength(1)),
    manufacturer: text,
    model: text,
    serialNumber: text,
    firmwareVersion: text,
    kind: v.fallback(v.picklist(['light', 'outlet', 'switch', 'fan']), 'switch'),
    dimmable: v.boolean(),
    power: v.picklist(['ON', 'OFF']),
    level: v.optional(level),
    connected: v.boolean(),
    changedAt: v.fallback(v.optional(v.pipe(v.string(), v.isoTimestamp())), undefined),
  }),
  v.check(({ dimmable, level }) => !dimmable || level !== undefined, 'a device that dims has a level'),
);
export type WireDevice = v.InferOutput<typeof WireDevice>;

export const WireDeviceList = v.object({ devices: v.array(v.unknown()) });

/** @returns the record, or the names of the fields that are missing or wrong */
export function readDevice(body: unknown): WireDevice | string {
  const wire = v.safeParse(WireDevice, body);
  if (wire.success) return wire.output;
  return [...new Set(wire.issues.map((issue) => v.getDotPath(issue) ?? 'level'))].join(', ');
}

/** The id of a record of which nothing else can be read. */
export function idOf(body: unknown): string | undefined {
  const named = v.safeParse(v.object({ id: deviceId }), body);
  return named.success ? named.output.id : undefined;
}

export const toDevice = (wire: WireDevice, cloudName: string, sampledAt: Date, uncertaintyMs: number): Device => ({
  id: wire.id,
  name: wire.name,
  manufacturer: wire.manufacturer || cloudName,
  cloudName,
  model: wire.model,
  serialNumber: wire.serialNumber,
  firmwareVersion: wire.firmwareVersion,
  kind: wire.kind,
  dimmable: wire.dimmable,
  power: wire.power,
  level: wire.level ?? 100,
  connected: wire.connected,
  sampledAt,
  uncertaintyMs,
  ...(wire.changedAt !== undefined && { changedAt: new Date(wire.changedAt) }),
});

/** Anything else would lead to another path. @throws DeviceNotFound */
export function devicePath(id: string): string {
  if (!DEVICE_ID.test(id)) throw new DeviceNotFound('the device cloud has no such ids');
  return `/devices/${id}`;
}

const accessToken = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{16,512}$/));
const WireSession = v.object({
  accountId: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  accessToken,
  expiresAt: v.pipe(v.string(), v.isoTimestamp()),
});
/** A token of the maker's authorization server is longer than one of a sign-in. */
const Credential = v.union([
  v.strictObject({ accessToken: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{16,8192}$/)) }),
  // Of our own client, for an account.
  v.strictObject({ onBehalfOf: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,128}$/)) }),
]);
export type Credential = v.InferOutput<typeof Credential>;

/** @returns the session of a sign-in's answer, or nothing when the answer is none */
export function toSession(body: unknown): CloudSession | undefined {
  const wire = v.safeParse(WireSession, body);
  if (!wire.success) return undefined;
  const { accountId, accessToken, expiresAt } = wire.output;
  return {
    accountId,
    expiresAt: new Date(expiresAt).toISOString(),
    credential: JSON.stringify({ accessToken }),
  };
}

/** The session that an access token of the maker's own authorization server is. */
export const sessionOfToken = (accessToken: string, accountId: string, expiresAt: string): CloudSession => ({
  accountId,
  expiresAt,
  credential: JSON.stringify({ accessToken }),
  renewable: false,
});

/** The session with which our own client reads an account. It does not end. @param cloudAccount how the device cloud names the account */
export const serviceSession = (cloudAccount: string, accountId: string): CloudSession => ({
  accountId,
  expiresAt: '9999-12-31T00:00:00.000Z',
  credential: JSON.stringify({ onBehalfOf: cloudAccount }),
  renewable: false,
});

/** @throws SessionRejected when the credential is none of this adapter's, so that a new sign-in follows */
export function credentialOf({ credential }: CloudSession): Credential {
  const read = v.safeParse(Credential, parseJson(credential));
  // The parser's own message would quote the credential.
  if (!read.success) throw new SessionRejected('the session has no credential of this device cloud');
  return read.output;
}
