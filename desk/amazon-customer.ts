import { randomBytes } from 'node:crypto';
import type { AlexaRegion } from '../lambda/ports/grant-store.ts';
import type { Customer, EmulatedAlexa } from './alexa/contract.ts';
import type { AccountOptions, AlexaLinking, AmazonAccount } from './alexa/linking.ts';
import type { DeskClock } from './clock.ts';

/** One Amazon account: its link with the skill, and its directives and tiles. */
export interface AmazonCustomer {
  readonly account: AmazonAccount;
  readonly customer: Customer;
  /** The person disables the skill: Alexa forgets the link, and tells the skill by an event. */
  disable(): Promise<void>;
}

/** What an Amazon customer has around it. */
interface Surroundings {
  readonly clock: DeskClock;
  readonly alexa: EmulatedAlexa;
  readonly alexaLinking: AlexaLinking;
  readonly region: AlexaRegion;
  /** The `skill` function in the region of the customer. */
  readonly invoke: (event: unknown) => Promise<unknown>;
}

/** An Amazon account that has not linked the skill yet. Linking and disabling reach the skill as events, as from Amazon. */
export function createAmazonCustomer(
  { clock, alexa, alexaLinking, region, invoke }: Surroundings,
  { onLinked = async () => undefined, returnTo }: Partial<AccountOptions>,
): AmazonCustomer {
  const userId = `amzn1.ask.account.${randomBytes(8).toString('hex').toUpperCase()}`;
  const sendEvent = (type: string, body?: object) => invoke(skillEvent(type, userId, clock.now(), body));
  const account = alexaLinking.addAccount({
    onLinked: async () => {
      customer.relink();
      await onLinked();
      await sendEvent('SkillAccountLinked', { accessToken: await account.accessToken() });
    },
    ...(returnTo && { returnTo }),
  });
  const accessToken = async () => {
    try {
      return await account.accessToken();
    } finally {
      if (!account.linked) customer.unlink(); // a refused refresh ends the link for all of Alexa
    }
  };
  const customer = alexa.addCustomer({ region, invoke, accessToken });
  return {
    account,
    customer,
    async disable() {
      account.unlink();
      customer.unlink();
      await sendEvent('SkillDisabled');
    },
  };
}

/** A skill event, in the envelope of custom skills (developer.amazon.com/docs/smapi/skill-events-in-alexa-skills.html). */
const skillEvent = (type: string, userId: string, at: Date, body?: object) => ({
  version: '1.0',
  context: { System: { application: { applicationId: 'amzn1.ask.skill.desk' }, user: { userId } } },
  request: {
    type: `AlexaSkillEvent.${type}`,
    requestId: `amzn1.echo-api.request.${randomBytes(8).toString('hex')}`,
    timestamp: at.toISOString(),
    eventCreationTime: at.toISOString(),
    eventPublishingTime: at.toISOString(),
    ...(body && { body }),
  },
});
