import { Agent } from 'node:https';
import { createSecureContext } from 'node:tls';
import { WebSocket } from 'ws';
import type { Clock } from '../../ports/clock.ts';
import type { DeviceFeed } from '../../ports/device-cloud.ts';
import { abortError } from '../http/abort-error.ts';
import { toLogin } from './credential.ts';
import { changeReader } from './frames.ts';
import { PushChannel } from './push-channel.ts';

export interface MyLevitonFeedOptions {
  /** `wss://my.leviton.com/socket/websocket`, the raw leg of its SockJS server, or an emulator's. */
  readonly socketUrl: string;
  readonly clock: Clock;
  /**
   * Whether a push's `client_id` marks a write of this skill; by default none does, see `changeReader`. Only the maker can read that code.
   * This skill writes through the public API, so its functions say yes: the maker's own integrations and the plug's schedules write
   * otherwise and are told apart. A write of another client of that API counts as ours, too: Alexa shows the right state with the wrong cause.
   */
  readonly isOurs?: (clientId: string) => boolean;
}

const ORIGIN = 'https://my.leviton.com';
const LONGEST_FRAME = 1024 * 1024;

/**
 * My Leviton's push channel: token, `ready`, one subscription per device, then partial records as they are saved. It never sends what
 * happened while no channel was open, so the watcher reads once over REST when it is open.
 */
export function createMyLevitonFeed({ socketUrl, clock, isOurs = () => false }: MyLevitonFeedOptions): DeviceFeed {
  // One TLS context for all channels, and sessions that are resumed: with a context each, 900 took 18 MB and a quarter of processor time more.
  const agent = socketUrl.startsWith('wss:') ? new Agent({ secureContext: createSecureContext() }) : undefined;
  return {
    watch: async (session, deviceIds, onChange, signal) => {
      const token = toLogin(session);
      if (signal.aborted) throw abortError(signal);
      const socket = new WebSocket(socketUrl, {
        origin: ORIGIN,
        perMessageDeflate: false,
        maxPayload: LONGEST_FRAME,
        ...(agent && { agent }),
      });
      const changeOf = changeReader(clock, isOurs);
      return new PushChannel(socket, { token, deviceIds, onChange, signal, clock, changeOf }).open();
    },
  };
}
