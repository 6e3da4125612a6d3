import type { RequestHandler } from 'ask-sdk-runtime';
import * as v from 'valibot';
import { asError } from '../basics/as-error.ts';
import { withDeadline } from '../domain/deadline.ts';
import { withSession } from '../domain/session.ts';
import type { Bearer } from '../ports/bearer.ts';
import type { Device } from '../ports/device-cloud.ts';
import { isSkillError, LinkEnded } from '../ports/errors.ts';
import { withCloudDeadline } from './cloud-deadline.ts';
import { friendlyNameOf, toEndpoint } from './endpoint.ts';
import { isDirectiveError } from './errors.ts';
import { checkedPayload } from './interfaces/interface.ts';
import { discoverResponse, type Message } from './messages.ts';
import type { Input } from './skill.ts';

/** The longest wait for our own rows, so that they do not delay the answer. */
const NOTES_MS = 1_500;

const Scope = v.object({ scope: v.object({ type: v.literal('BearerToken'), token: v.string() }) });

/**
 * Alexa.Discovery / Discover. Whatever goes wrong, the answer is a list: the last one known, or an empty one. An empty list makes Alexa
 * find nothing new and forget nothing.
 */
export const discover: RequestHandler<Input, Message> = {
  canHandle: ({ directive }) => directive.namespace === 'Alexa.Discovery' && directive.name === 'Discover',
  async handle(input) {
    const { scope } = checkedPayload(Scope, input.directive.payload);
    const { ports } = input;
    try {
      const { accountId, linkId, session } = await ports.bearers.open(scope.token, ports.clock.now());
      input.account = accountId;
      return discoverResponse(await fitEndpoints(await devicesOf({ accountId, linkId }, session, input), input));
    } catch (error) {
      if (isDirectiveError(error)) throw error;
      // Nobody learns anything more through a link that has ended.
      ports.log[error instanceof LinkEnded ? 'warn' : 'error']('discovery-empty', {
        account: input.account,
        error: asError(error),
      });
      return discoverResponse([]);
    }
  },
};

/** The devices of the account as its device cloud lists them now, or as it listed them last. */
async function devicesOf(
  { accountId, linkId }: Pick<Bearer, 'accountId' | 'linkId'>,
  session: Bearer['session'],
  input: Input,
): Promise<readonly Device[]> {
  const { ports } = input;
  try {
    const list = await withCloudDeadline(input, (signal, soon) =>
      withSession({ accountId, linkId }, session, soon, signal, (good) => soon.cloud.devices(good, signal)),
    );
    for (const { id, reason } of list.skipped)
      ports.log.warn('device-skipped', { account: accountId, device: id, reason });
    // The person gets their devices even when our own rows cannot be written.
    const noting = withDeadline(NOTES_MS, ports, (_, observed) => observed.noteDevices(accountId, list, linkId));
    const noted = await noting.catch((error: unknown) => {
      ports.log.error('devices-not-noted', { account: accountId, error: asError(error) });
    });
    // Devices that may not be gone stay in the answer: the residence or the permission that they hang on may come back.
    return noted ? [...noted.devices, ...noted.absent.map(({ device }) => device)] : list.devices;
  } catch (error) {
    if (!isSkillError(error) || error instanceof LinkEnded) throw error;
    const records = await ports.devices.list(accountId);
    const remembered = records.filter(({ removedSince }) => removedSince === undefined).map(({ device }) => device);
    if (remembered.length === 0) throw error;
    ports.log.warn('discovery-remembered', { account: accountId, devices: remembered.length, error });
    return remembered;
  }
}

/** One endpoint that Alexa refuses would spoil the list. */
async function fitEndpoints(devices: readonly Device[], input: Input): Promise<readonly object[]> {
  const { checkedEndpoints } = await import('./endpoint-check.ts');
  const { endpoints, field } = checkedEndpoints(endpointsOf(devices, input));
  if (field !== undefined) input.leftOut = field;
  return endpoints;
}

function endpointsOf(devices: readonly Device[], { ports, account }: Input): object[] {
  for (const alike of madeEqual(devices)) ports.log.warn('device-names-equal', { account, devices: alike.join(', ') });
  return devices.flatMap((device) => {
    const endpoint = toEndpoint(device);
    if (!endpoint)
      ports.log.warn('device-skipped', { account, device: device.id, reason: 'Alexa takes no such name or id' });
    return endpoint ?? [];
  });
}

/**
 * Ids of devices whose names differ, and are the same once they are fit for Alexa: it then asks which one is meant, or moves either. Names
 * that the person made equal are their own choice.
 */
function madeEqual(devices: readonly Device[]): string[][] {
  const byName = new Map<string, Device[]>();
  for (const device of devices) {
    const name = friendlyNameOf(device).toLowerCase();
    if (name !== '') byName.set(name, [...(byName.get(name) ?? []), device]);
  }
  const isByUs = (alike: readonly Device[]) => new Set(alike.map(({ name }) => name.trim().toLowerCase())).size > 1;
  return [...byName.values()].filter(isByUs).map((alike) => alike.map(({ id }) => id));
}
