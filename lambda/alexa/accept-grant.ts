import type { RequestHandler } from 'ask-sdk-runtime';
import * as v from 'valibot';
import { acceptGrant as acceptGrantOf } from '../domain/grants.ts';
import { isSkillError } from '../ports/errors.ts';
import { checkedPayload } from './interfaces/interface.ts';
import { acceptGrantResponse, type Message } from './messages.ts';
import type { Input } from './skill.ts';

const Payload = v.object({
  grant: v.object({ type: v.literal('OAuth2.AuthorizationCode'), code: v.pipe(v.string(), v.minLength(1)) }),
  grantee: v.object({ type: v.literal('BearerToken'), token: v.string() }),
});

/**
 * Alexa.Authorization / AcceptGrant: linking fails on the person's screen unless this succeeds, and it succeeds only once the tokens are
 * stored. There is no Amazon user id in it; the grantee token, which is ours, says whose grant it is.
 */
export const acceptGrant: RequestHandler<Input, Message> = {
  canHandle: ({ directive }) => isAcceptGrant(directive),
  async handle(input) {
    const { directive, ports, signal } = input;
    const { grant, grantee } = checkedPayload(Payload, directive.payload);
    const bearer = await ports.bearers.open(grantee.token, ports.clock.now());
    const { accountId, linkId } = bearer;
    input.account = accountId;
    await ports.noteAccount?.(bearer);
    const accepted = await acceptGrantOf({ accountId, linkId, region: ports.region }, grant.code, ports, signal);
    await announceDevices(accountId, linkId, accepted === 'renewed', ports);
    return acceptGrantResponse(directive);
  },
};

/**
 * Queues the list of devices for a link that was made through the Skill Enablement API: no document says that a Discover follows there. Also
 * for a renewed grant, whose Alexa has not heard what changed while the old one took nothing. The grant is accepted in any case; the daily
 * reconcile announces what this could not.
 */
async function announceDevices(
  accountId: string,
  linkId: string,
  isRenewed: boolean,
  ports: Input['ports'],
): Promise<void> {
  const { links, queue, clock, log } = ports;
  try {
    if (!isRenewed && !(await links.get(linkId))?.minted) return;
    await queue.send([{ kind: 'devices', accountId, at: clock.now().toISOString() }]);
  } catch (error) {
    if (!isSkillError(error)) throw error;
    log.warn('devices-not-announced', { account: accountId, error });
  }
}

export const isAcceptGrant = (directive: { readonly namespace: string; readonly name: string }): boolean =>
  directive.namespace === 'Alexa.Authorization' && directive.name === 'AcceptGrant';
