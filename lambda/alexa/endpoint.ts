import * as v from 'valibot';
import type { Device } from '../ports/device-cloud.ts';
import { capabilitiesOf } from './capabilities.ts';
import { type Directive, endpointId } from './messages.ts';

/** The limits of Alexa.Discovery's endpoint object. */
const LONGEST_NAME = 128;
const LONGEST_ATTRIBUTE = 256;

const CATEGORY = { light: 'LIGHT', outlet: 'SMARTPLUG', switch: 'SWITCH', fan: 'FAN' } as const;

/**
 * A device as Alexa.Discovery 3 describes an endpoint. A plug that dims is a light first: what hangs on it is a lamp, and "turn off the
 * lights" means it.
 * @returns undefined when Alexa would not take it (an id or a name with nothing that Alexa can use): one such endpoint spoils all
 */
export function toEndpoint(device: Device): object | undefined {
  const friendlyName = friendlyNameOf(device);
  if (!friendlyName || !v.is(endpointId, device.id)) return undefined;
  const manufacturerName = cut(device.manufacturer.trim(), LONGEST_NAME) || 'Unknown';
  return {
    endpointId: device.id,
    manufacturerName,
    friendlyName,
    description: cut(descriptionOf(device, manufacturerName), LONGEST_NAME),
    displayCategories: [CATEGORY[device.kind]],
    cookie: cookieOf(device),
    additionalAttributes: attributesOf(device),
    capabilities: capabilitiesOf(device),
  };
}

/**
 * What Alexa sends back with each directive (Alexa.Discovery, `cookie`: texts only). `dimmable` saves a read before a level is set: a level
 * that is written to a plug that only switches would switch it on. `preset` asks for a read, which takes less time than to wait for the
 * preset of a plug that may be on.
 */
const cookieOf = ({ dimmable, hasPreset }: Pick<Device, 'dimmable' | 'hasPreset'>) => ({
  dimmable: String(dimmable),
  ...(hasPreset && { preset: 'true' }),
});
/** Whether the device dims, by the cookie that came back: `undefined` where it does not say. */
export const isDimmable = (cookie: Directive['cookie']): boolean | undefined =>
  cookie?.dimmable === 'true' || cookie?.dimmable === 'false' ? cookie.dimmable === 'true' : undefined;
/** Whether the device comes on at a preset level, by the cookie that came back. */
export const hasPreset = (cookie: Directive['cookie']): boolean => cookie?.preset === 'true';

const descriptionOf = ({ model, cloudName }: Device, manufacturerName: string): string =>
  [manufacturerName, model, cloudName && `by ${cloudName}`].filter(Boolean).join(' ');

/**
 * All characters that are typed for an apostrophe: phones type U+2019 for `'`. Some count as letters in Unicode (U+02BC), some as accents
 * that stand alone (U+00B4).
 */
const APOSTROPHES =
  /['`\u00B4\u02B9-\u02BD\u02C8\u02CA\u02CB\u2018-\u201B\u2032\u2035\u055A\u05F3\uA78B\uA78C\uFF07\uFF40]/g;

/** A device's name as Alexa takes it: without punctuation; letters and digits of every script stay. Empty when nothing is left. */
export const friendlyNameOf = ({ name }: Pick<Device, 'name'>): string =>
  cut(
    name
      .replaceAll(APOSTROPHES, '')
      .normalize('NFC')
      .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
      .trim(),
    LONGEST_NAME,
  ).trim();

/** Cuts between characters, and not through one of two UTF-16 units: half of it would be no text, and spoil the whole answer. */
const cut = (text: string, longest: number): string => text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');

function attributesOf({ manufacturer, model, serialNumber, firmwareVersion, id }: Device): object {
  const attributes = { manufacturer, model, serialNumber, firmwareVersion, customIdentifier: id };
  return Object.fromEntries(
    Object.entries(attributes)
      .map(([name, value]) => [name, cut(value.trim(), LONGEST_ATTRIBUTE)])
      .filter(([, value]) => value !== ''),
  );
}
