import { CloudUnreachable, DeadlineExceeded } from '../../ports/errors.ts';

/**
 * An abort as the port's error. A deadline is one already.
 * @param sent whether the request may have reached the cloud
 */
export function abortError({ reason }: AbortSignal, sent = true): CloudUnreachable | DeadlineExceeded {
  return reason instanceof CloudUnreachable || reason instanceof DeadlineExceeded
    ? reason
    : new CloudUnreachable('given up', { cause: reason, sent });
}
