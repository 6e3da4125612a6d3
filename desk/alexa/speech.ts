import type { Endpoint } from './contract.ts';

/**
 * What Alexa would say, in words of our own: Amazon publishes none, and says only that some errors share a phrase.
 * @see https://developer.amazon.com/docs/device-apis/alexa-errorresponse.html
 */
const checkIt = 'Please check its network connection and power supply.';

export const RELINK = 'Your account is no longer linked. Please link the skill again in the Alexa app.';
export const FAILED = 'Sorry, something went wrong.';
export const OUT_OF_RANGE = 'I can only do that with a number from 0 to 100.';

/** Says what can be said, with a lamp that there is. */
export function notUnderstood(endpoints: readonly Endpoint[]): string {
  const name = (endpoints.find(({ dimmable }) => dimmable)?.name ?? 'bedroom lamp').toLowerCase();
  return `Sorry, I don't know that one. Try "turn on the ${name}", "set the ${name} to 30 percent" or "dim the ${name}".`;
}

export const notFound = (name: string) => `I couldn't find a device called ${name}.`;
export const ambiguous = (name: string) => `A few things share the name ${name}. Please give one of them another name.`;
export const notDimmable = (name: string) => `${name} can be switched on and off, but not dimmed.`;
export const noAnswer = (name: string) => `${name} isn't responding.`;
export const unreachable = (name: string) => `${name} isn't responding. ${checkIt}`;

const byError: Readonly<Record<string, (name: string) => string>> = {
  ENDPOINT_UNREACHABLE: unreachable,
  BRIDGE_UNREACHABLE: (name) =>
    `The hub or service that ${name} is connected to isn't responding. Please try again later.`,
  ENDPOINT_BUSY: (name) => `${name} is busy right now. Please try again later.`,
  RATE_LIMIT_EXCEEDED: (name) => `${name} got too many requests. Please try again later.`,
  NO_SUCH_ENDPOINT: (name) => `I can't find ${name} any more. It may have been removed from your account.`,
  CLOUD_CONTROL_DISABLED: (name) => `${name} can only be controlled by hand right now.`,
  EXPIRED_AUTHORIZATION_CREDENTIAL: () => RELINK,
  INVALID_AUTHORIZATION_CREDENTIAL: () => RELINK,
};

export const sayError = (type: string, name: string) => byError[type]?.(name) ?? FAILED;

/** Both make Alexa forget the account's tokens. */
export const isCredentialError = (type: string) =>
  type === 'EXPIRED_AUTHORIZATION_CREDENTIAL' || type === 'INVALID_AUTHORIZATION_CREDENTIAL';

export const isUnreachable = ({ properties }: Endpoint) => {
  const connectivity = properties['Alexa.EndpointHealth.connectivity']?.value;
  return (connectivity as { value?: unknown } | undefined)?.value === 'UNREACHABLE';
};

/** How an endpoint is, by Alexa's view of it. */
export function sayState(endpoint: Endpoint): string {
  if (isUnreachable(endpoint)) return unreachable(endpoint.name);
  const power = endpoint.properties['Alexa.PowerController.powerState']?.value;
  const brightness = endpoint.properties['Alexa.BrightnessController.brightness']?.value;
  if (power === 'OFF') return `${endpoint.name} is off.`;
  if (power !== 'ON') return `I don't know how ${endpoint.name} is.`;
  return typeof brightness === 'number'
    ? `${endpoint.name} is on at ${brightness} percent.`
    : `${endpoint.name} is on.`;
}

export function sayFound(endpoints: readonly Endpoint[]): string {
  if (endpoints.length === 0) return 'I found no devices.';
  const names = endpoints.map(({ name }) => name).join(', ');
  return endpoints.length === 1 ? `I found one device: ${names}.` : `I found ${endpoints.length} devices: ${names}.`;
}
