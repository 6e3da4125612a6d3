import type { RequestHandler } from 'ask-sdk-runtime';
import * as v from 'valibot';
import { acceptGrant as acceptGrantOf } from '../domain/grants.ts';
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
    const { accountId, linkId } = await ports.bearers.open(grantee.token, ports.clock.now());
    input.account = accountId;
    await acceptGrantOf({ accountId, linkId, region: ports.region }, grant.code, ports, signal);
    return acceptGrantResponse(directive);
  },
};

export const isAcceptGrant = (directive: { readonly namespace: string; readonly name: string }): boolean =>
  directive.namespace === 'Alexa.Authorization' && directive.name === 'AcceptGrant';
