import type { DeskFault } from './fault.ts';

const gatewayAnswers =
  (status: number, code: string): DeskFault['inject'] =>
  ({ alexa }) =>
    alexa.inject({ at: 'NA', kind: 'status', status, code });

/** From the device cloud back to the tiles. */
export const reportFaults: readonly DeskFault[] = [
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
  {
    id: 'worker-failing',
    hop: 'report-worker',
    label: 'Report worker fails each time',
    expect:
      'Voice works. A report is tried a hundred times, for half an hour; then it lies in the dead-letter queue, and its tile stays as it was.',
    inject: (system) => system.breakWorker(),
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
    id: 'lwa-refuses-grant-code',
    hop: 'lwa',
    label: 'Amazon refuses our client at AcceptGrant',
    expect: 'Link the skill: Login with Amazon answers invalid_client, and Alexa says that it was unable to link.',
    inject: ({ alexa }) => alexa.inject({ at: 'lwa', kind: 'invalid-client', grantType: 'authorization_code' }),
    real: true,
  },
  {
    id: 'lwa-silent-at-grant',
    hop: 'lwa',
    label: 'Amazon does not answer AcceptGrant',
    expect: 'Link the skill: Login with Amazon answers 503, and Alexa says that it was unable to link.',
    inject: ({ alexa }) => alexa.inject({ at: 'lwa', kind: 'status', status: 503, grantType: 'authorization_code' }),
    real: true,
  },
  {
    id: 'lwa-refuses-client',
    hop: 'lwa',
    label: 'Amazon refuses our client',
    expect:
      'Login with Amazon answers invalid_client: voice works, no tile is told of anything, and every grant is kept.',
    inject: ({ alexa }) => {
      alexa.endAccessTokens(); // so that the next report needs a new one
      return alexa.inject({ at: 'lwa', kind: 'invalid-client', grantType: 'refresh_token' });
    },
    real: true,
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
    id: 'gateway-knows-no-skill',
    hop: 'gateway',
    label: 'Event gateway answers 404: another stage',
    expect: 'Voice works. The grant belongs to another stage of the skill, and a notice says so to the developer.',
    inject: gatewayAnswers(404, 'SKILL_NOT_FOUND_EXCEPTION'),
    real: true,
  },
  {
    id: 'gateway-refuses-event',
    hop: 'gateway',
    label: 'Event gateway answers 400',
    expect:
      'Voice works. The gateway calls our events malformed: that would be a bug, and a notice tells the developer.',
    inject: gatewayAnswers(400, 'INVALID_REQUEST_EXCEPTION'),
    real: true,
  },
];
