import { type HttpAnswer, type HttpClient, type HttpRequest, NoAnswer } from './client.ts';

/** Whether a status says that the service is busy or broken, and nothing about the request: a later attempt may succeed. */
export const isTransient = (status: number): boolean => status === 429 || status >= 500;

/** Whether the connection was lost, so that another attempt at once may succeed on a new one. */
export const isConnectionLost = ({ reason }: NoAnswer): boolean =>
  reason === 'not-connected' || reason === 'stale' || reason === 'reset';

/**
 * Whether a request may be sent once more at once.
 * @param repeatable whether it does no harm when the service has seen the first one. A time-out never counts: the first request may
 *   still be on its way
 */
export const mayRetry = (error: NoAnswer, repeatable: boolean): boolean =>
  error.reason === 'stale' ||
  error.reason === 'not-connected' ||
  (repeatable && (error.reason === 'reset' || error.reason === 'cut-off'));

/**
 * Sends a request, and once more where `mayRetry` allows it.
 * @throws NoAnswer; `not-connected` only if neither attempt was sent
 */
export async function sendWithRetry(
  client: HttpClient,
  request: HttpRequest,
  repeatable: boolean,
): Promise<HttpAnswer> {
  try {
    return await client.start(request).answer;
  } catch (first) {
    if (!(first instanceof NoAnswer) || !mayRetry(first, repeatable)) throw first;
    return await client.start(request).answer.catch((second: unknown) => {
      throw second instanceof NoAnswer && second.reason === 'not-connected' ? first : second;
    });
  }
}
