import * as v from 'valibot';
import type { BrightnessWhileOff } from '../../domain/dimmer.ts';
import type { Device, DeviceCommand } from '../../ports/device-cloud.ts';
import { InvalidDirective, InvalidValue, ValueOutOfRange } from '../errors.ts';

/** What a deployment may choose about how lamps look to Alexa. */
export interface Settings {
  readonly brightnessWhileOff: BrightnessWhileOff;
}

/** All that we know of one Alexa interface, version 3. */
export interface AlexaInterface {
  readonly namespace: string;
  /** Whether a device has this interface. */
  supports(device: Device): boolean;
  /** Reportable properties; all of them are retrievable and proactively reported. */
  readonly properties: Readonly<Record<string, (device: Device, settings: Settings) => unknown>>;
  /** Whether Alexa takes a value of a property. */
  readonly takes: Readonly<Record<string, (value: unknown) => boolean>>;
  readonly directives: Readonly<Record<string, Plan>>;
}

/**
 * What a directive asks of a device: its payload is checked first, then, if the answer depends on it, the device is read. `reads` says
 * when: `never`, as every device takes the directive; `unknown`, unless the device is known to have the interface; `always`, as the
 * command depends on the state.
 */
export type Plan =
  | { readonly reads: 'never' | 'unknown'; prepare(payload: unknown): () => DeviceCommand }
  | { readonly reads: 'always'; prepare(payload: unknown): (device: Device) => DeviceCommand };

/** Joins a payload's schema to the command it stands for, so that no function sees an unchecked payload. */
export const plan = <S extends v.GenericSchema>(
  schema: S,
  command: (payload: v.InferOutput<S>) => DeviceCommand,
  reads: 'never' | 'unknown' = 'never',
): Plan => ({
  reads,
  prepare: (payload) => {
    const checked = checkedPayload(schema, payload);
    return () => command(checked);
  },
});

/** The same for a command that depends on the device's state. */
export const planFromState = <S extends v.GenericSchema>(
  schema: S,
  command: (payload: v.InferOutput<S>, device: Device) => DeviceCommand,
): Plan => ({
  reads: 'always',
  prepare: (payload) => {
    const checked = checkedPayload(schema, payload);
    return (device) => command(checked, device);
  },
});

/** For directives without a payload; Amazon's capability tests send null there. */
export const anyPayload = v.unknown();

/**
 * A payload that fits its schema.
 * @throws InvalidDirective when fields are absent, InvalidValue when they have the wrong type, ValueOutOfRange
 */
export function checkedPayload<S extends v.GenericSchema>(schema: S, payload: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, payload);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const where = path ?? 'payload';
  const field = path ? `payload.${path}` : 'payload';
  if (issue.type === 'min_value' || issue.type === 'max_value') throw new ValueOutOfRange(0, 100, field);
  if (!issue.path || issue.input === undefined) throw new InvalidDirective(`malformed payload: ${where}`, field);
  throw new InvalidValue(`wrong type: ${where}`, field);
}
