import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Sample } from '../../ports/report-queue.ts';

// What a message of the report queue looks like, for the side that sends and the side that reads; knows nothing of the SDK.

const WireSample = v.object({
  homeId: v.pipe(v.string(), v.minLength(1)),
  deviceId: v.pipe(v.string(), v.minLength(1)),
  power: v.picklist(['ON', 'OFF']),
  level: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  connected: v.boolean(),
  at: v.pipe(v.string(), v.isoTimestamp()),
  cause: v.picklist(['APP_INTERACTION', 'PHYSICAL_INTERACTION', 'PERIODIC_POLL', 'RULE_TRIGGER', 'VOICE_INTERACTION']),
  settled: v.boolean(),
});

/** A message that is no sample: another sender's, or another version's. No second reading helps. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

export function toBody({ homeId, deviceId, power, level, connected, at, cause, settled }: Sample): string {
  return JSON.stringify({ homeId, deviceId, power, level, connected, at, cause, settled } satisfies Sample);
}

/** @throws UnreadableMessage, which names the fields that are wrong */
export function toSample(body: string): Sample {
  const result = v.safeParse(WireSample, parseJson(body));
  if (result.success) return result.output;
  const fields = result.issues.map((issue) => v.getDotPath(issue) ?? 'the whole body');
  throw new UnreadableMessage(`not a sample: ${fields.join(', ')}`);
}

/** What SQS takes as a MessageGroupId: 1..128 letters, digits and punctuation (API reference, SendMessage). */
const GROUP_ID = /^[\x21-\x7e]{1,128}$/;

/** One device is one message group, so that its samples stay in order and nobody else's wait for them. */
export function groupIdOf({ homeId, deviceId }: Pick<Sample, 'homeId' | 'deviceId'>): string {
  const id = `${homeId}/${deviceId}`;
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
