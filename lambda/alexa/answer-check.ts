/** What Alexa's schema would refuse of an answer. Written by hand and short, as it is loaded and runs with each directive. */
import { interfaces } from './capabilities.ts';
import { isErrorType } from './errors.ts';
import { ENDPOINT_ID } from './limits.ts';
import type { Addressed, Message, Property } from './messages.ts';

const ANSWER =
  /^Alexa\.(Response|StateReport|(Authorization\.)?ErrorResponse|Authorization\.AcceptGrant\.Response|Discovery\.Discover\.Response)$/;
const MESSAGE_ID = /^[A-Za-z\d-]{1,127}$/;
/** UTC, with at most three digits of a second. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;

/**
 * Checks an answer to a directive (message guide of the smart home skill API, payload version 3). `endpoint-check.ts` checks the endpoints of a
 * Discover.Response.
 * @param to the directive
 * @returns the name of the first field that Alexa would refuse, with the property that it is of: `messageId`, `brightness.value`
 */
export function malformedField({ event, context }: Message, to: Addressed): string | undefined {
  const { header, endpoint, payload } = event;
  const { namespace, name, correlationToken } = header;
  const isAlexa = namespace === 'Alexa';
  if (!ANSWER.test(`${namespace}.${name}`)) return 'name';
  if (header.payloadVersion !== '3') return 'payloadVersion';
  if (!MESSAGE_ID.test(header.messageId)) return 'messageId';
  if (correlationToken !== (name === 'Discover.Response' ? undefined : to.correlationToken)) return 'correlationToken';
  if (endpoint?.endpointId !== (isAlexa ? to.endpointId : undefined)) return 'endpointId';
  if (name === 'ErrorResponse') return isErrorType(payload, isAlexa) ? undefined : 'type';
  if (!isAlexa) return undefined;
  if (!endpoint || !ENDPOINT_ID.test(endpoint.endpointId)) return 'endpointId';
  return malformedProperty(context?.properties);
}

function malformedProperty(properties: readonly Property[] = []): string | undefined {
  const seen = new Set<string>();
  for (const { namespace, name, value, timeOfSample, uncertaintyInMilliseconds: ms } of properties) {
    const takes = interfaces.find((one) => one.namespace === namespace)?.takes;
    if (!takes || !Object.hasOwn(takes, name) || seen.has(name)) return `${name}.name`;
    seen.add(name);
    if (!takes[name]?.(value)) return `${name}.value`;
    if (!MOMENT.test(timeOfSample) || !Date.parse(timeOfSample)) return `${name}.timeOfSample`;
    if (!Number.isInteger(ms) || ms < 0) return `${name}.uncertaintyInMilliseconds`;
  }
  return seen.size ? undefined : 'properties';
}
