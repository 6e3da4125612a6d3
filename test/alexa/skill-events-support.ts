import type { AmazonAccount } from '../../desk/alexa/account.ts';
import type { TestSetup } from '../support/setup.ts';

const USER = 'amzn1.ask.account.ADA';

/** Minutes after the local system was opened. */
const minute = (n: number) => new Date(Date.parse('2026-03-01T12:00:00.000Z') + n * 60_000).toISOString();

const requestOf = (type: string, fields: object = {}, userId = USER) => ({
  version: '1.0',
  context: { System: { application: { applicationId: 'amzn1.ask.skill.test' }, user: { userId } } },
  request: { type, requestId: 'amzn1.echo-api.request.1', timestamp: minute(0), ...fields },
});

/** The skill events of one user, sent to the skill by hand: each with its own moment. */
export function skillEvents(setup: () => TestSetup) {
  const send = (type: string, fields?: object, userId?: string) =>
    setup().system.skill('NA')(requestOf(type, fields, userId));
  return {
    minute,
    requestOf,
    send,
    async linkedAt(n: number, account: AmazonAccount = setup().amazonAccount, userId?: string) {
      const body = { accessToken: await account.accessToken() };
      await send('AlexaSkillEvent.SkillAccountLinked', { body, eventCreationTime: minute(n) }, userId);
    },
    disabledAt: (n: number, userId?: string) =>
      send('AlexaSkillEvent.SkillDisabled', { eventCreationTime: minute(n) }, userId),
  };
}
