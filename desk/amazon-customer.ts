import { randomBytes } from 'node:crypto';
import type { AlexaRegion } from '../lambda/ports/grant-store.ts';
import type { AmazonAccount } from './alexa/account.ts';
import type { Customer, CustomerEnablement, CustomerOptions, EmulatedAlexa, SkillEvent } from './alexa/contract.ts';
import type { AccountOptions, AlexaLinking } from './alexa/linking.ts';
import type { DeskClock } from './clock.ts';

/** One Amazon account: its link with the skill, and its directives and tiles. */
export interface AmazonCustomer {
  readonly account: AmazonAccount;
  readonly customer: Customer;
  /** The person disables the skill: Alexa forgets the link, and tells the skill by an event. */
  disable(): Promise<void>;
  /** Alexa forgets its tokens, and tells nobody. The skill stays enabled and the grant of the event gateway stays good. */
  letGo(): void;
}

/** What tells an Amazon account from others. */
export type CustomerSettings = Partial<AccountOptions> & Pick<CustomerOptions, 'name' | 'tester'>;

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
  { onLinked = async () => undefined, returnTo, name, tester }: CustomerSettings,
): AmazonCustomer {
  let userId = newUserId();
  let enabled = false;
  const enable = () => {
    if (!enabled) userId = newUserId();
    enabled = true;
  };
  async function sendEvent(type: SkillEvent, at = clock.now()): Promise<void> {
    const body = type === 'SkillAccountLinked' ? { accessToken: await account.accessToken() } : undefined;
    await invoke(skillEvent(type, userId, at, { skillId: alexa.skill.id, ...(body && { body }) }));
  }
  const account = alexaLinking.addAccount({
    onLinked: async () => {
      enable();
      customer.relink();
      try {
        await onLinked();
      } catch (error) {
        // A person hears "We were unable to link", and nothing is linked.
        account.unlink();
        customer.letGo();
        throw error;
      }
      await sendEvent('SkillAccountLinked');
    },
    ...(returnTo && { returnTo }),
  });
  const accessToken = async () => {
    try {
      return await account.accessToken();
    } finally {
      if (!account.linked) customer.letGo(); // after a refused refresh Alexa has no tokens; the grant is another matter
    }
  };
  const disable = () => {
    enabled = false;
    account.unlink();
    customer.unlink();
  };
  const enabling: CustomerEnablement = {
    get userId() {
      return userId;
    },
    get enabled() {
      return enabled;
    },
    get linked() {
      return account.linked && customer.linked;
    },
    async link(code) {
      if ((await account.linkWith(code)) !== 200) return 'code-refused';
      customer.relink();
      try {
        await customer.acceptGrant();
      } catch {
        account.unlink();
        customer.letGo();
        return 'grant-refused';
      }
      enable();
      return 'linked';
    },
    disable,
    sendEvent,
  };
  const customer = alexa.addCustomer({
    ...{ region, invoke, accessToken, enabling },
    ...(name !== undefined && { name }),
    ...(tester !== undefined && { tester }),
  });
  return {
    account,
    customer,
    async disable() {
      disable();
      await sendEvent('SkillDisabled');
    },
    letGo() {
      account.unlink();
      customer.letGo();
    },
  };
}

/** Amazon gives an account another id at each enablement. */
const newUserId = () => `amzn1.ask.account.${randomBytes(8).toString('hex').toUpperCase()}`;

/** A skill event, in the envelope of custom skills (developer.amazon.com/docs/smapi/skill-events-in-alexa-skills.html). */
const skillEvent = (
  type: SkillEvent,
  userId: string,
  at: Date,
  { skillId, body }: { readonly skillId: string; readonly body?: object },
) => ({
  version: '1.0',
  context: { System: { application: { applicationId: skillId }, user: { userId } } },
  request: {
    type: `AlexaSkillEvent.${type}`,
    requestId: `amzn1.echo-api.request.${randomBytes(8).toString('hex')}`,
    timestamp: at.toISOString(),
    eventCreationTime: at.toISOString(),
    eventPublishingTime: at.toISOString(),
    ...(body && { body }),
  },
});
