import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { ReportMessage } from '../../ports/report-queue.ts';

// The wire format of the report queue, for the sender and the reader. It does not use the SDK.

const id = v.pipe(v.string(), v.minLength(1));
const moment = v.pipe(v.string(), v.isoTimestamp());

const WireState = v.object({
  kind: v.literal('state'),
  accountId: id,
  deviceId: id,
  power: v.picklist(['ON', 'OFF']),
  level: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  connected: v.boolean(),
  at: moment,
  changedAt: v.exactOptional(moment),
  cause: v.picklist(['APP_INTERACTION', 'PHYSICAL_INTERACTION', 'PERIODIC_POLL', 'RULE_TRIGGER', 'VOICE_INTERACTION']),
  by: v.exactOptional(v.picklist(['plug', 'our-write', 'other-write', 'unknown', 'read'])),
  forceReport: v.exactOptional(v.literal(true)),
  grantId: v.exactOptional(id),
  requeuedAt: v.exactOptional(moment),
});

const WireUnconfirmedWrite = v.object({
  kind: v.literal('unconfirmed-write'),
  accountId: id,
  deviceId: id,
  at: moment,
});

const WireDevices = v.object({ kind: v.literal('devices'), accountId: id, at: moment });

const WireMessage = v.variant('kind', [WireState, WireUnconfirmedWrite, WireDevices]);

/** A message of another sender or another version. Reading it once more does not help. */
class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/** Only the fields of the message: what else an object carries is left out. */
export const toBody = (message: ReportMessage): string => JSON.stringify(picked(message));

function picked(message: ReportMessage): ReportMessage {
  switch (message.kind) {
    case 'state': {
      const { kind, accountId, deviceId, power, level, connected, at, cause } = message;
      const { changedAt, by, forceReport, grantId, requeuedAt } = message;
      const state = { kind, accountId, deviceId, power, level, connected, at, cause };
      return {
        ...state,
        ...(changedAt !== undefined && { changedAt }),
        ...(by !== undefined && { by }),
        ...(forceReport && { forceReport }),
        ...(grantId !== undefined && { grantId }),
        ...(requeuedAt !== undefined && { requeuedAt }),
      };
    }
    case 'unconfirmed-write':
      return v.parse(WireUnconfirmedWrite, message);
    case 'devices':
      return v.parse(WireDevices, message);
  }
}

/** @throws UnreadableMessage, which names the fields that are wrong */
export function toMessage(body: string): ReportMessage {
  const result = v.safeParse(WireMessage, parseJson(body));
  if (result.success) return result.output;
  const fields = result.issues.map((issue) => v.getDotPath(issue) ?? 'the whole body');
  throw new UnreadableMessage(`not a message of the report queue: ${fields.join(', ')}`);
}

/** What SQS takes as a MessageGroupId: 1..128 letters, digits and punctuation (API reference, SendMessage). */
const GROUP_ID = /^[\x21-\x7e]{1,128}$/;

/**
 * The message group. A device is one group, so that its messages stay in order and no other device waits for them. The catch-up messages of
 * a grant are a group of their own, and so are the messages about an account's device list.
 */
export function groupIdOf(message: GroupedMessage): string {
  const parts = 'deviceId' in message ? [message.accountId, message.deviceId, message.grantId] : [message.accountId];
  const name = parts.filter((part) => part !== undefined).join('/');
  return GROUP_ID.test(name) ? name : sha256(name);
}

/** What decides about the group of a message. */
type GroupedMessage =
  | { readonly accountId: string; readonly deviceId: string; readonly grantId?: string }
  | { readonly accountId: string };

/** SQS drops a second message with the same id for five minutes, so a batch that is sent twice adds nothing. */
export const deduplicationIdOf = (body: string): string => sha256(body);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
