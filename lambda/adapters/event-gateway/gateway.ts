import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { AlexaGateway } from '../../ports/alexa-gateway.ts';
import { EventRefused, GatewayUnreachable } from '../../ports/errors.ts';
import type { AlexaRegion } from '../../ports/grant-store.ts';
import { type Answer, createPost, NoAnswer, type Posted } from '../http/post.ts';

export interface AlexaGatewayOptions {
  /** Where each region's events go, e.g. `https://api.amazonalexa.com/v3/events` for NA. */
  readonly urls: Readonly<Record<AlexaRegion, string>>;
  readonly timeoutMs?: number;
}

/** `{ header: { namespace: 'System', name: 'Exception' }, payload: { code, description } }` */
const Exception = v.object({ payload: v.object({ code: v.pipe(v.string(), v.regex(/^[A-Z][A-Z_]{0,79}$/)) }) });

/** Alexa's event gateways (https://developer.amazon.com/docs/smarthome/send-events.html). */
export function createAlexaGateway({ urls, timeoutMs = 4_000 }: AlexaGatewayOptions): AlexaGateway {
  const post = createPost(timeoutMs);
  return {
    send: async (region, accessToken, event, signal) => {
      const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${accessToken}` };
      const answer = await postOnFreshConnection(post, {
        url: urls[region],
        body: JSON.stringify(event),
        headers,
        signal,
      });
      // Amazon documents 202; other gateways answered 204 for accepted events (home-assistant/core#181572).
      if (answer.status < 200 || answer.status > 299) throw new EventRefused(answer.status, codeOf(answer.text));
    },
  };
}

/** Posts once more when a kept connection was closed while the function was frozen. A report may repeat. */
async function postOnFreshConnection(post: (posted: Posted) => Promise<Answer>, posted: Posted): Promise<Answer> {
  try {
    return await post(posted).catch((error: unknown) => {
      if (error instanceof NoAnswer && error.reason === 'stale') return post(posted);
      throw error;
    });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new GatewayUnreachable('the event gateway did not answer', { cause: error });
  }
}

/** Amazon's code, if the body is Amazon's: a proxy's page has none. */
function codeOf(text: string): string | undefined {
  const exception = parseJson(text);
  return v.is(Exception, exception) ? exception.payload.code : undefined;
}
