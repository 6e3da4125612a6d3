import type { DeskCloud } from './desk-cloud.ts';
import type { LocalSystem } from './local-system.ts';
import type { FaultState } from './page/protocol.ts';

/** A failure that can be switched on from the page, and what one should see then. */
export interface DeskFault extends Omit<FaultState, 'on'> {
  /** Switches it on. @param plugs the ids of the first account's plugs @returns what switches it off */
  readonly inject: (system: LocalSystem, plugs: readonly string[]) => () => void;
  /** Whether it has ended by itself: asked after each message. */
  readonly hasEnded?: (system: LocalSystem) => boolean;
  /** Whether it makes sense with the real device cloud. */
  readonly real?: true;
  /** The one emulated device cloud with which it makes sense. */
  readonly only?: DeskCloud['kind'];
  /** Whose sign-in server must have made the links for it to make sense: the skill's own, or the maker's. */
  readonly linkedBy?: 'skill' | 'maker';
}

/** 2.5 s: slow, and inside the time that Alexa and the skill have. */
const SLOW_MS = 2_500;

const gatewayAnswers =
  (status: number, code: string): DeskFault['inject'] =>
  ({ alexa }) =>
    alexa.inject({ at: 'NA', kind: 'status', status, code });

/** What a person at the lamp sees of these, nobody else can see. */
export const WITHOUT_WIFI = 'plug-without-wifi';
export const ROUTER_REPLACED = 'router-replaced';
export const BROADBAND_DOWN = 'broadband-down';
export const LAMP_SWITCHED_OFF = 'lamp-switched-off';
export const MISHEARD = 'alexa-mishears';

/** Faults in which plugs have power and no connection. */
export const POWERED_OFFLINE = [WITHOUT_WIFI, ROUTER_REPLACED, BROADBAND_DOWN] as const;

const disconnect =
  (which: (plugs: readonly string[]) => readonly string[]): DeskFault['inject'] =>
  ({ deviceCloud }, plugs) => {
    const gone = which(plugs).filter((id) => deviceCloud.device(id).online);
    for (const id of gone) deviceCloud.unplug(id);
    return () => {
      for (const id of gone) deviceCloud.plugIn(id);
    };
  };

export const faults: readonly DeskFault[] = [
  {
    id: WITHOUT_WIFI,
    hop: 'plug',
    label: 'First plug loses its Wi-Fi',
    expect: 'Its light blinks. Alexa hears ENDPOINT_UNREACHABLE; the other plugs obey.',
    inject: disconnect((plugs) => plugs.slice(0, 1)),
  },
  {
    id: ROUTER_REPLACED,
    hop: 'plug',
    label: 'New Wi-Fi password at home',
    expect: 'Every plug of the home is offline, and everything else at home is online.',
    inject: disconnect((plugs) => plugs),
  },
  {
    id: BROADBAND_DOWN,
    hop: 'plug',
    label: 'Internet at home down',
    expect: 'Every plug of the home is offline, as is everything else.',
    inject: disconnect((plugs) => plugs),
  },
  {
    id: LAMP_SWITCHED_OFF,
    hop: 'plug',
    label: "First lamp's own switch off",
    expect: 'The plug obeys, Alexa says OK, and the lamp stays dark. Only somebody who looks at it can tell.',
    inject: () => () => undefined,
  },
  {
    id: MISHEARD,
    hop: 'alexa',
    label: 'Alexa hears something else',
    expect: 'She looks for a lamp that there is not, and sends nothing. The tile still works.',
    inject: () => () => undefined,
    real: true,
  },
  {
    id: 'permission-removed',
    hop: 'skill',
    label: 'Permission to invoke the skill removed',
    expect: 'Alexa cannot call the function: every command fails, and no log has a line of it.',
    inject: (system) => system.denyInvocations(),
    real: true,
  },
  {
    id: 'sign-in-page-down',
    hop: 'account-linking',
    label: 'Sign-in page answers 503',
    expect: 'Nobody can link. Whoever is linked notices nothing.',
    inject: (system) => system.failLinking('/authorize'),
    real: true,
  },
  {
    id: 'token-endpoint-down',
    hop: 'account-linking',
    label: 'Token endpoint answers 503',
    expect: 'Alexa keeps the link and tries again. Commands go on for as long as her token lives, an hour at most.',
    inject: (system) => system.failLinking('/token'),
    real: true,
  },
  {
    id: 'device-cloud-down',
    hop: 'device-cloud',
    label: 'Device cloud down (502 with HTML)',
    expect: 'Alexa hears BRIDGE_UNREACHABLE, says that the lamp is not responding, and keeps the link.',
    inject: ({ deviceCloud }) => deviceCloud.takeDown(),
  },
  {
    id: 'device-cloud-slow',
    hop: 'device-cloud',
    label: 'Device cloud slow',
    expect: 'Each answer of the device cloud comes two and a half seconds late; the lamp still obeys in time.',
    inject: ({ deviceCloud }) => deviceCloud.slowDown(SLOW_MS),
  },
  {
    id: 'session-revoked',
    hop: 'device-cloud',
    label: 'Session revoked',
    expect: 'The next sentence meets a 401, the skill signs in again at once, and the lamp obeys all the same.',
    inject: ({ deviceCloud }) => {
      deviceCloud.revokeSessions();
      deviceCloud.resetCounts();
      return () => undefined;
    },
    hasEnded: ({ deviceCloud }) => deviceCloud.signIns > 0,
    linkedBy: 'skill',
  },
  {
    id: 'keys-away',
    hop: 'account-linking',
    label: 'Address of the public keys down',
    expect:
      'Nothing: the skill goes on with the keys that it knows, and a function that starts now with those in the table.',
    inject: ({ signInServer }) =>
      signInServer?.inject({ kind: 'html', status: 503, path: /^\/jwks$/ }) ?? (() => undefined),
    linkedBy: 'maker',
  },
  {
    id: 'sign-in-server-down',
    hop: 'account-linking',
    label: "The maker's sign-in server down",
    expect: 'Voice goes on until Alexa needs a new token; then it waits, keeps the link, and asks again.',
    inject: ({ signInServer }) => signInServer?.inject({ kind: 'html', status: 503 }) ?? (() => undefined),
    linkedBy: 'maker',
  },
  {
    id: 'watch-stopped',
    hop: 'device-watch',
    label: 'Schedule of device-watch disabled',
    expect: 'Commands work. What a hand or an app does reaches no tile until this has ended.',
    inject: (system) => system.stopWatch(),
    real: true,
  },
  {
    id: 'pushes-lost',
    hop: 'device-watch',
    label: 'Pushes lost',
    expect: 'The device cloud is well and pushes nothing; the next read finds what was missed.',
    inject: ({ deviceCloud }) => deviceCloud.losePushes(),
  },
  {
    id: 'socket-deaf',
    hop: 'device-watch',
    label: 'Push channel deaf',
    expect: 'Pings are answered and nothing else comes; a read finds the difference, tells it, and connects anew.',
    inject: ({ myLeviton }) => myLeviton.inject({ kind: 'socket-deaf' }),
    only: 'my-leviton',
  },
  {
    id: 'socket-half-open',
    hop: 'device-watch',
    label: 'Push channel half open',
    expect: 'No frame comes and no pong; the watcher notices within a minute and connects anew.',
    inject: ({ myLeviton }) => myLeviton.inject({ kind: 'socket-half-open' }),
    only: 'my-leviton',
  },
  {
    id: 'table-away',
    hop: 'skill',
    label: 'Table away',
    expect: 'Voice goes on. Reports and token refreshes wait; nothing is unlinked.',
    inject: ({ table }) => table.fail('refused'),
    real: true,
  },
  {
    id: 'lwa-down',
    hop: 'lwa',
    label: 'Login with Amazon down',
    expect: "Voice works. The plug's button reaches Alexa only when this has ended: the report waits in the queue.",
    inject: ({ alexa }) => {
      alexa.endAccessTokens(); // so that the next report needs a new one
      return alexa.inject({ at: 'lwa', kind: 'status', status: 503 });
    },
    real: true,
  },
  {
    id: 'alexa-api-down',
    hop: 'alexa',
    label: 'Alexa API answers 503',
    expect: 'Voice and reports go on. The page that links Alexa again says to try again in some minutes.',
    inject: ({ alexa }) => alexa.inject({ at: 'enablement-post', kind: 'status', status: 503 }),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'alexa-api-forbids',
    hop: 'alexa',
    label: 'Alexa API answers 403',
    expect: 'The page that links Alexa again says that this Amazon account may not use this version of the skill.',
    inject: ({ alexa }) => alexa.inject({ at: 'enablement-post', kind: 'status', status: 403 }),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'alexa-api-loses-answer',
    hop: 'alexa',
    label: 'Alexa API loses its answer',
    expect: 'Alexa links the skill and its answer is lost: the page asks for the status, and says that it is done.',
    inject: ({ alexa }) => alexa.inject({ at: 'enablement-post', kind: 'reset' }),
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'alexa-sends-verifier',
    hop: 'alexa',
    label: 'Alexa sends a code verifier',
    expect:
      "Alexa sends one that it made up, as the console's PKCE switch may do. Linking from the page works all the same.",
    inject: ({ alexa }) => {
      alexa.enablement.verifier = true;
      return () => {
        alexa.enablement.verifier = false;
      };
    },
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'skill-events-lost',
    hop: 'alexa',
    label: 'Skill events never come',
    expect: 'Alexa does not say that the skill was enabled or linked from the page, and the lamp obeys all the same.',
    inject: ({ alexa }) => {
      alexa.enablement.events = 'never';
      return () => {
        alexa.enablement.events = 'at-once';
      };
    },
    real: true,
    linkedBy: 'skill',
  },
  {
    id: 'gateway-refuses-token',
    hop: 'gateway',
    label: 'Event gateway answers 401',
    expect: 'The token is refreshed and tried once more. Voice works; the report waits.',
    inject: gatewayAnswers(401, 'INVALID_ACCESS_TOKEN_EXCEPTION'),
    real: true,
  },
  {
    id: 'gateway-throttles',
    hop: 'gateway',
    label: 'Event gateway answers 429',
    expect: 'Reports are sent again a little later; only the last state matters.',
    inject: gatewayAnswers(429, 'THROTTLING_EXCEPTION'),
    real: true,
  },
  {
    id: 'gateway-down',
    hop: 'gateway',
    label: 'Event gateway answers 503',
    expect: 'Voice works. Reports wait in the queue, and the last state arrives when this has ended.',
    inject: gatewayAnswers(503, 'SERVICE_UNAVAILABLE_EXCEPTION'),
    real: true,
  },
  {
    id: 'gateway-forbids',
    hop: 'gateway',
    label: 'Event gateway answers 403: no permission',
    expect: 'Voice works. A notice tells the developer once that the permission to send events is missing.',
    inject: gatewayAnswers(403, 'INSUFFICIENT_PERMISSION_EXCEPTION'),
    real: true,
  },
  {
    id: 'queue-delayed',
    hop: 'queue',
    label: 'Report queue delayed',
    expect: 'Nothing reaches the tiles until this has ended; then only what is still true.',
    inject: ({ queue }) => {
      queue.pause();
      return () => queue.resume();
    },
    real: true,
  },
];
