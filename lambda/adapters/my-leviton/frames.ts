import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ChangeOrigin, DeviceChange } from '../../ports/device-cloud.ts';
import { pendingWrites } from './pending-writes.ts';
import { WireChange, WireId } from './wire.ts';

/** What a frame of the push channel says. */
export type Frame =
  | { readonly kind: 'challenge' | 'ready' | 'error' | 'other' | 'malformed' }
  | { readonly kind: 'saved'; readonly deviceId: string; readonly data: WireChange };

/** Frames without `event` or `modelName` have been seen (gtxaspec/aioleviton). */
const optionalText = v.fallback(v.nullish(v.string()), undefined);
const WithId = v.object({ id: WireId });
const WireFrame = v.variant('type', [
  v.object({ type: v.literal('status'), status: v.string() }),
  v.object({ type: v.literal('challenge') }),
  v.object({
    type: v.literal('notification'),
    notification: v.object({
      event: optionalText,
      modelName: optionalText,
      modelId: v.fallback(v.nullish(WireId), undefined),
      data: v.unknown(),
    }),
  }),
]);
const Refusal = v.object({ error: v.pipe(v.unknown(), v.check(Boolean)) });
const OtherType = v.object({ type: v.string() });

export function readFrame(text: string): Frame {
  const json = parseJson(withoutMarks(text));
  if (v.is(Refusal, json)) return { kind: 'error' };
  const frame = v.safeParse(WireFrame, json);
  if (!frame.success) return { kind: isKnownType(json) ? 'malformed' : 'other' };
  const { output } = frame;
  if (output.type === 'challenge') return { kind: 'challenge' };
  if (output.type === 'status') return { kind: output.status === 'ready' ? 'ready' : 'other' };
  const { event, modelName, modelId, data } = output.notification;
  if ((event ?? 'saved') !== 'saved' || (modelName ?? 'IotSwitch') !== 'IotSwitch') return { kind: 'other' };
  const change = v.safeParse(WireChange, data);
  const deviceId = modelId ?? (v.is(WithId, data) ? String(data.id) : undefined);
  if (!change.success || deviceId === undefined) return { kind: 'malformed' };
  return { kind: 'saved', deviceId, data: change.output };
}

/** A frame of a type that is read here, or none at all, was meant to be understood. */
const isKnownType = (json: unknown): boolean =>
  !v.is(OtherType, json) || ['status', 'challenge', 'notification'].includes(json.type);

/** Some frames come with NUL bytes around them (github.com/simplytoast1/ha-levitonsmart, gtxaspec/aioleviton). A BOM is no JSON either. */
const withoutMarks = (text: string): string => text.replaceAll('\0', '').replace(/^\uFEFF/, '');

const CHANGED_BY_HAND = 1;
const CHANGED_REMOTELY = 3;

/**
 * Reads changes out of frames, and who made them. A remote write comes in two waves: the cloud's save at once, with the writer's
 * `client_id` if it came through the public API, and then the device's own report, without it and with `chgReason` 3. A hand on the
 * device makes one frame, with `chgReason` 1. Leviton's own Alexa skill and Matter make the second wave only
 * (github.com/njoubert/nimbus-leviton-bar, docs/spikes/2026-08-29/lights-forensics.md).
 *
 * What a `client_id` stands for, and how a client learns its own, nobody knows: no answer of the REST API shows it, and our writes are
 * made by another function than this channel. So a write is another's unless `isOurs` says that it is not.
 * @returns the change, or nothing when the frame carries nothing of interest
 */
export function changeReader(clock: Clock, isOurs: (clientId: string) => boolean) {
  const writes = pendingWrites(clock);
  const originOf = (deviceId: string, data: WireChange): ChangeOrigin => {
    const { client_id: clientId, chgReason, power, brightness } = data;
    if (clientId != null) return isOurs(clientId) ? 'our-write' : 'other-write';
    if (chgReason === CHANGED_BY_HAND) return 'plug';
    // The connection alone is no answer to a write.
    const write = power == null && brightness == null ? undefined : writes.originOf(deviceId, data);
    return write ?? (chgReason === CHANGED_REMOTELY ? 'other-write' : 'unknown');
  };

  return (deviceId: string, data: WireChange): DeviceChange | undefined => {
    const { power, brightness, connected, lastUpdated, client_id: clientId } = data;
    if (power == null && brightness == null && connected == null) return undefined;
    const origin = originOf(deviceId, data);
    const confirmed = clientId == null;
    if (!confirmed) writes.add(deviceId, data, origin);
    return {
      deviceId,
      ...(power != null && { power }),
      ...(brightness != null && { level: brightness }),
      ...(connected != null && { connected }),
      ...(lastUpdated != null && { at: new Date(lastUpdated) }),
      origin,
      confirmed,
    };
  };
}
