import type { FaultState } from './console/protocol.ts';
import type { House } from './house.ts';

/** A failure that can be switched on from the page, and what one should see then. */
export interface DeskFault extends Omit<FaultState, 'on'> {
  /** Switches it on. The answer switches it off again. */
  readonly inject: (house: House) => () => void;
  /** Whether it is over by itself: asked whenever a message has passed. */
  readonly isOver?: (house: House) => boolean;
}

/** 2.5 s: slow, and inside the time that Alexa and the skill have. */
const SLOW_MS = 2_500;

export const faults: readonly DeskFault[] = [
  {
    id: 'device-cloud-down',
    label: 'Device cloud down (502 with HTML)',
    expect: 'Alexa hears BRIDGE_UNREACHABLE, says that the lamp is not responding, and keeps the link.',
    inject: ({ myLeviton }) => {
      const ends = [myLeviton.inject({ kind: 'html', status: 502 }), myLeviton.inject({ kind: 'socket-upgrade-502' })];
      myLeviton.cutSockets(1006);
      return () => {
        for (const end of ends) end();
      };
    },
  },
  {
    id: 'device-cloud-slow',
    label: 'Device cloud slow',
    expect: 'Each answer of the device cloud comes two and a half seconds late; the lamp still obeys in time.',
    inject: ({ myLeviton }) => myLeviton.inject({ kind: 'latency', ms: SLOW_MS }),
  },
  {
    id: 'session-revoked',
    label: 'Session revoked',
    expect: 'The next sentence meets a 401, the skill signs in again behind it, and the lamp obeys all the same.',
    inject: ({ myLeviton }) => {
      myLeviton.revokeSessions();
      myLeviton.resetCounts();
      return () => undefined;
    },
    isOver: ({ myLeviton }) => myLeviton.counts.logins > 0,
  },
  {
    id: 'lwa-down',
    label: 'Login with Amazon down',
    expect: "Voice works. The plug's button reaches Alexa only when this is over: the report waits in the queue.",
    inject: ({ alexa }) => {
      alexa.endAccessTokens(); // so that the next report needs a new one
      return alexa.inject({ at: 'lwa', kind: 'status', status: 503 });
    },
  },
];
