import { type HttpAnswer, type HttpClient, type HttpRequest, NoAnswer } from './client.ts';
import { mayRetry } from './retry.ts';

/**
 * A read on a kept connection, which may be dead without anybody having noticed. After `silenceMs` a second read is sent on a new
 * connection, and whichever is answered first counts.
 * @throws NoAnswer
 */
export async function hedgedRead(client: HttpClient, wire: HttpRequest, silenceMs: number): Promise<HttpAnswer> {
  const first = client.start(wire);
  let isFirstPending = true;
  let second: { readonly answer: Promise<HttpAnswer>; cancel(): void } | undefined;
  const firstOrRetry = first.answer
    .catch((error: unknown) => {
      if (second && error instanceof NoAnswer && error.reason !== 'given-up') return second.answer;
      if (error instanceof NoAnswer && mayRetry(error, true)) return client.start(wire).answer;
      throw error;
    })
    .finally(() => {
      isFirstPending = false;
    });
  let timer: NodeJS.Timeout | undefined;
  const secondIfGood = new Promise<HttpAnswer>((resolve) => {
    timer = setTimeout(() => {
      client.dropKept();
      second = client.start(wire);
      second.answer.then(resolve, () => undefined); // a failure leaves the first one to be waited for
    }, silenceMs);
  });
  try {
    return await Promise.race([firstOrRetry, secondIfGood]);
  } finally {
    clearTimeout(timer);
    if (isFirstPending) first.cancel();
    else second?.cancel();
  }
}
