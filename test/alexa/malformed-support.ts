import { problemsOf } from '../support/message-problems.ts';
import { openSetup, type TestSetup } from '../support/setup.ts';

/** The access token, as the emulated Alexa sends it. */
export async function accessTokenOf({ system, customer, endpointId }: TestSetup): Promise<string> {
  let seen = '';
  const stop = system.alexa.onExchange(({ channel, sent }) => {
    if (channel !== 'directive') return;
    seen = (sent as { directive: { endpoint: { scope: { token: string } } } }).directive.endpoint.scope.token;
  });
  await customer.reportState(endpointId);
  stop();
  return seen;
}

/** A local system, its skill function, and a token that it accepts. */
export async function openSkill() {
  const setup = await openSetup();
  const skill: (event: unknown) => Promise<unknown> = setup.system.skill('NA');
  return { setup, skill, token: await accessTokenOf(setup) };
}

/** The same token with its last letter but one changed. */
export const altered = (text: string): string => text.slice(0, -2) + (text.at(-2) === 'A' ? 'B' : 'A') + text.slice(-1);

/** What is wrong with an answer by itself, whatever it answers. */
export const flawsOf = (answer: unknown): string[] => problemsOf(answer, { directive: {} });

export type Wire = {
  event: { header: Record<string, string>; endpoint?: { endpointId: string }; payload: Record<string, unknown> };
};
