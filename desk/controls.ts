import type { Credentials } from '../lambda/ports/device-cloud.ts';
import type { AmazonCustomer } from './amazon-customer.ts';
import type { DeskCloud } from './desk-cloud.ts';
import { openAlexaApp, pressByHand } from './household-acts.ts';
import type { LocalSystem } from './local-system.ts';
import type { ControlState } from './page/protocol.ts';
import type { Place } from './places.ts';
import type { TimeMachine } from './time-travel.ts';

/** What the controls act on. */
export interface ControlContext {
  readonly system: LocalSystem;
  readonly places: readonly Place[];
  /** At the first place. */
  readonly amazonCustomer: AmazonCustomer;
  /** The account at the emulated device cloud, as its owner knows it. */
  readonly owner: { credentials: Credentials; code: string | undefined };
  /** Resolves when no directive is on its way. */
  readonly quiet: () => Promise<void>;
  readonly time: TimeMachine;
}

export interface DeskControl extends ControlState {
  readonly press: (context: ControlContext) => Promise<void>;
  readonly real?: true;
  /** The one emulated device cloud with which it makes sense. */
  readonly only?: DeskCloud['kind'];
  /** Whose sign-in server must have made the links for it to make sense: the skill's own, or the maker's. */
  readonly linkedBy?: 'skill' | 'maker';
}

const daysLater =
  (days: number) =>
  ({ time }: ControlContext): Promise<void> =>
    time.advance(days);

export const controls: readonly DeskControl[] = [
  {
    id: '1-day',
    group: 'time',
    label: '1 day later',
    expect: 'Every access token ends. On the way somebody opens the Alexa app once, and Alexa refreshes its own.',
    press: daysLater(1),
  },
  {
    id: '9-days-by-hand',
    group: 'time',
    linkedBy: 'skill',
    label: '9 days, lamp by hand',
    expect:
      'Each day somebody presses the button of the plug, and at this place nobody uses Alexa. That proves nothing, so the helper gets one question.',
    press: ({ time, system, amazonCustomer, places }) =>
      time.advance(9, async () => {
        await openAlexaApp(places.slice(1));
        await pressByHand(system, amazonCustomer);
      }),
  },
  {
    id: '61-days',
    group: 'time',
    linkedBy: 'skill',
    label: '61 days later',
    expect:
      'Somebody opens the Alexa app every day. The session at the device cloud, which ends on day 60, is renewed; nobody signs in.',
    press: daysLater(61),
  },
  {
    id: '400-days',
    group: 'time',
    label: '400 days later',
    expect:
      'Nobody uses the lamp for 400 days, and it obeys as on the first. Their hourly work takes minutes; you can stop on the way.',
    press: daysLater(400),
  },
  {
    id: 'change-password',
    group: 'account',
    linkedBy: 'skill',
    label: 'Change the password',
    expect: 'Every session ends. The next sentence fails, and the helper gets a message at once, with a sign-in link.',
    async press({ system, owner }) {
      const { email } = owner.credentials;
      const password = `${owner.credentials.password}-2`;
      system.deviceCloud.changePassword(email, password);
      owner.credentials = { email, password };
    },
  },
  {
    id: 'two-factor',
    group: 'account',
    linkedBy: 'skill',
    label: 'Switch on two-factor',
    expect: 'Sessions end and sign-ins need a code from now on, so the helper gets a message.',
    async press({ system, owner }) {
      const { email } = owner.credentials;
      owner.code = '123456';
      system.deviceCloud.setTwoFactorCode(email, owner.code);
      system.deviceCloud.revokeSessions(email);
    },
  },
  {
    id: 'lose-refresh',
    group: 'link',
    label: 'Lose the answer to a refresh',
    expect: 'Alexa asks once more with the same refresh token, which is still good.',
    async press({ amazonCustomer: { account } }) {
      account.loseNextAnswer();
      await account.refresh();
      await account.refresh();
    },
  },
  {
    id: 'two-refreshes',
    group: 'link',
    label: 'Two refreshes at once',
    expect: 'Both are answered with a good access token.',
    async press({ amazonCustomer: { account } }) {
      await account.refresh(2);
    },
  },
  {
    id: 'rotate-secret',
    group: 'link',
    label: 'Rotate the client secret',
    expect: 'New links use the new secret; this one goes on with the old.',
    async press({ system, amazonCustomer: { account } }) {
      await system.rotateClientSecret();
      await account.refresh();
    },
  },
  {
    id: 'rotate-keys',
    group: 'link',
    linkedBy: 'maker',
    label: 'Rotate the signing keys',
    expect: 'Tokens of the old key are good until their end, and the next one is signed with the new key.',
    async press({ system, amazonCustomer: { account } }) {
      await system.signInServer?.rotateKeys();
      await account.refresh();
    },
  },
  {
    id: 'move-server',
    group: 'link',
    linkedBy: 'skill',
    label: "Move the sign-in server's address",
    expect: 'New links use the new address; this one goes on with the old.',
    async press({ system, amazonCustomer: { account } }) {
      await system.moveLinkingServer();
      await account.refresh();
    },
  },
  {
    id: 'alexa-lets-go',
    group: 'link',
    label: 'Alexa lets go of the link',
    expect:
      'Alexa forgets its tokens and tells nobody: the voice ends, and the tiles still follow the plug. The skill cannot know, unless a person lets it ask Amazon once a day.',
    press: async ({ amazonCustomer }) => amazonCustomer.letGo(),
    real: true,
  },
  {
    id: 'revoke-grant',
    group: 'link',
    label: 'Revoke the grant',
    expect:
      'Login with Amazon ends the permission to report: nothing reaches the tiles, and the helper gets a message within a day. The voice goes on.',
    press: async ({ amazonCustomer }) => amazonCustomer.customer.revokeGrant(),
    real: true,
  },
  {
    id: 'disable-skill',
    group: 'link',
    label: 'Disable the skill',
    expect:
      'Alexa forgets its tokens and tells the skill, which sends no more reports. Link it again, and all is as before.',
    press: ({ amazonCustomer }) => amazonCustomer.disable(),
    real: true,
  },
  {
    id: 'wrong-region',
    group: 'reports',
    label: 'Report to the wrong region',
    expect: 'The next report is refused there, finds the right gateway, and remembers it.',
    async press({ system: { ports } }) {
      for (const account of await ports.accounts.list()) {
        for (const grant of await ports.grants.list(account)) {
          await ports.grants.put({ ...grant, region: grant.region === 'NA' ? 'EU' : 'NA' });
        }
      }
    },
    real: true,
  },
  {
    id: 'cut-sockets',
    group: 'reports',
    label: 'Cut the push channel',
    expect: 'The watcher reads once and listens again.',
    press: async ({ system }) => system.myLeviton.cutSockets(1006),
    only: 'my-leviton',
  },
  {
    id: 'repeat-report',
    group: 'reports',
    label: 'Deliver the next report twice',
    expect: 'Alexa hears it once.',
    press: async ({ system }) => system.queue.repeatNext(),
    real: true,
  },
];
