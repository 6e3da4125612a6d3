/** What Alexa's schema would refuse of an endpoint that Discover describes. Loaded for a Discover only. */
import { ENDPOINT_ID, MOST_ENDPOINTS } from './limits.ts';

const LONGEST_TEXT = 128;
const LONGEST_ATTRIBUTE = 256;
const LARGEST_COOKIE = 5_000;
const MOST_CAPABILITIES = 100;
const FRIENDLY_NAME = /^[\p{L}\p{M}\p{N}'’ -]+$/u;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longest;
const isList = (value: unknown, most: number): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0 && value.length <= most && new Set(value).size === value.length;
const areTexts = (value: unknown, longest: number): boolean =>
  isFields(value) && Object.values(value).every((one) => typeof one === 'string' && one.length <= longest);

const isCapability = (value: unknown): boolean =>
  isFields(value) &&
  value.type === 'AlexaInterface' &&
  value.version === '3' &&
  isText(value.interface, LONGEST_TEXT) &&
  (value.interface === 'Alexa' || isFields(value.properties));

const isPlainAlexa = (value: unknown): boolean => isFields(value) && value.interface === 'Alexa';

/** Alexa.Discovery 3, endpoint object: what each field has to be. */
const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  endpointId: (value) => typeof value === 'string' && ENDPOINT_ID.test(value),
  manufacturerName: (value) => isText(value, LONGEST_TEXT),
  friendlyName: (value) => isText(value, LONGEST_TEXT) && FRIENDLY_NAME.test(value),
  description: (value) => isText(value, LONGEST_TEXT),
  displayCategories: (value) => isList(value, LONGEST_TEXT) && value.every((one) => isText(one, LONGEST_TEXT)),
  capabilities: (value) => isList(value, MOST_CAPABILITIES) && value.every(isCapability) && value.some(isPlainAlexa),
  cookie: (value) =>
    areTexts(value, LARGEST_COOKIE) && Buffer.byteLength(JSON.stringify(value), 'utf8') <= LARGEST_COOKIE,
  additionalAttributes: (value) => areTexts(value, LONGEST_ATTRIBUTE),
};

/** The endpoints that Alexa takes, and the name of the first field for which one was left out: `endpoints.friendlyName`. */
export interface CheckedEndpoints {
  readonly endpoints: readonly object[];
  readonly field?: string;
}

/** One malformed endpoint would spoil the whole list, and so would more than 300. */
export function checkedEndpoints(all: readonly object[]): CheckedEndpoints {
  const fields = all.map((endpoint) => malformedFieldOf(endpoint as Fields));
  const seen = new Set<unknown>();
  const fit = all.filter((endpoint, index) => {
    const { endpointId } = endpoint as Fields;
    const isFit = fields[index] === undefined && !seen.has(endpointId);
    seen.add(endpointId);
    return isFit;
  });
  const endpoints = fit.slice(0, MOST_ENDPOINTS);
  if (endpoints.length === all.length) return { endpoints };
  const index = fields.findIndex((field) => field !== undefined);
  return { endpoints, field: `endpoints${index < 0 ? '' : `.${fields[index]}`}` };
}

const malformedFieldOf = (endpoint: Fields): string | undefined =>
  Object.keys(FIELDS).find((name) => !FIELDS[name]?.(endpoint[name]));
