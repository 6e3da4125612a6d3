import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { DevicesMessage, ReportMessage, Sample } from '../../ports/report-queue.ts';

// What a message of the report queue looks like, for the side that sends and the side that reads; knows nothing of the SDK.

const WireSample = v.object({
  accountId: v.pipe(v.string(), v.minLength(1)),
  deviceId: v.pipe(v.string(), v.minLength(1)),
  power: v.picklist(['ON', 'OFF']),
  level: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  connected: v.boolean(),
  at: v.pipe(v.string(), v.isoTimestamp()),
  cause: v.picklist(['APP_INTERACTION', 'PHYSICAL_INTERACTION', 'PERIODIC_POLL', 'RULE_TRIGGER', 'VOICE_INTERACTION']),
  settled: v.boolean(),
  grantId: v.exactOptional(v.pipe(v.string(), v.minLength(1))),
  again: v.exactOptional(v.pipe(v.string(), v.isoTimestamp())),
});

const WireDevicesMessage = v.object({
  kind: v.literal('devices'),
  accountId: v.pipe(v.string(), v.minLength(1)),
  at: v.pipe(v.string(), v.isoTimestamp()),
});

/** A message that is none of these: another sender's, or another version's. No second reading helps. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

const isDevicesMessage = (message: ReportMessage): message is DevicesMessage => 'kind' in message;

/** Exactly the fields of a message: what else an object carries does not travel. */
export function toBody(message: ReportMessage): string {
  return JSON.stringify(isDevicesMessage(message) ? v.parse(WireDevicesMessage, message) : toWire(message));
}

const toWire = (sample: Sample): Sample => {
  const { accountId, deviceId, power, level, connected, at, cause, settled, grantId, again } = sample;
  const marks = { ...(grantId !== undefined && { grantId }), ...(again !== undefined && { again }) };
  return { accountId, deviceId, power, level, connected, at, cause, settled, ...marks };
};

/** @throws UnreadableMessage, which names the fields that are wrong */
export function toMessage(body: string): ReportMessage {
  const json = parseJson(body);
  const named = typeof json === 'object' && json !== null && 'kind' in json;
  return named ? read(WireDevicesMessage, json, 'no message of ours') : read(WireSample, json, 'not a sample');
}

/** @throws UnreadableMessage, which names the fields that are wrong */
export const toSample = (body: string): Sample => read(WireSample, parseJson(body), 'not a sample');

function read<S extends v.GenericSchema>(schema: S, json: unknown, otherwise: string): v.InferOutput<S> {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const fields = result.issues.map((issue) => v.getDotPath(issue) ?? 'the whole body');
  throw new UnreadableMessage(`${otherwise}: ${fields.join(', ')}`);
}

/** What SQS takes as a MessageGroupId: 1..128 letters, digits and punctuation (API reference, SendMessage). */
const GROUP_ID = /^[\x21-\x7e]{1,128}$/;

/**
 * One device is one message group, so that its samples stay in order and nobody else's wait for them; a grant that was left behind has
 * one of its own beside it. News of an account's devices is a group as well.
 */
export function groupIdOf(message: DevicesMessage | Pick<Sample, 'accountId' | 'deviceId' | 'grantId'>): string {
  const parts = 'kind' in message ? [message.accountId] : [message.accountId, message.deviceId, message.grantId];
  const id = parts.filter((part) => part !== undefined).join('/');
  return GROUP_ID.test(id) ? id : sha256(id);
}

/** SQS drops a second message with the same id for five minutes: a batch that is sent again adds nothing. */
export const deduplicationIdOf = (body: string): string => sha256(body);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
