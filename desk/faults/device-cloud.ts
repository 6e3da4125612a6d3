import type { DeskFault } from './fault.ts';

/** 2.5 s: slow, and inside the time that Alexa and the skill have. */
const SLOW_MS = 2_500;
/** The skill has 7 s for all of a directive, and Alexa waits 8. */
const TOO_SLOW_MS = 7_900;
/** Alexa takes letters and digits of a name, and there are none in it. */
const UNSAYABLE = '*!*';

/** The maker's cloud, and the account there. */
export const deviceCloudFaults: readonly DeskFault[] = [
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
    id: 'device-cloud-too-slow',
    hop: 'device-cloud',
    label: 'Device cloud answers commands too late',
    expect: 'It obeys at once, and says so after 7.9 s: the lamp moves, and Alexa says that it is not responding.',
    inject: ({ deviceCloud }) => deviceCloud.slowDown(TOO_SLOW_MS, 'commands'),
  },
  {
    id: 'device-cloud-changed',
    hop: 'device-cloud',
    label: 'Device cloud answers in a new form',
    expect: 'The skill cannot read its answers. Alexa says that the lamp is not responding, and keeps the link.',
    inject: ({ deviceCloud }) => deviceCloud.changeAnswers(),
  },
  {
    id: 'device-cloud-throttles',
    hop: 'device-cloud',
    label: 'Device cloud asks for fewer requests (429)',
    expect: 'Alexa hears RATE_LIMIT_EXCEEDED, and keeps the link.',
    inject: ({ deviceCloud }) => deviceCloud.throttle(),
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
    id: 'account-locked',
    hop: 'device-cloud',
    label: 'Account locked after wrong passwords',
    expect:
      'Its sessions have ended, and nobody can sign in for an hour. The helper gets a message; the skill tries again by itself.',
    inject: ({ deviceCloud }, { email }) => deviceCloud.lock(email),
    only: 'my-leviton',
    linkedBy: 'skill',
  },
  {
    id: 'name-unsayable',
    hop: 'device-cloud',
    label: 'New plug with a name nobody can say',
    expect: `Its name in the maker's app is ${UNSAYABLE}. Alexa is told of all other lamps and not of this one, until it gets a name.`,
    inject: ({ deviceCloud }, { email }) => {
      const id = deviceCloud.addLamp(email, { name: UNSAYABLE });
      return () => deviceCloud.removeLamp(id);
    },
  },
];
