import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { convictions, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';
import { compose } from '../../lambda/handlers/compose.ts';
import { createSkill } from '../../lambda/handlers/skill.ts';
import { openSetup, type TestSetup, turnOn } from '../support/setup.ts';

// Directives whose token is refused: the device that they are for tells whose they are.

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ granted: true });
});
afterEach(() => setup.system.close());

/** A directive as Alexa has just sent it. */
async function sent(): Promise<Directive> {
  let directive: unknown;
  const stop = setup.system.alexa.onExchange((exchange) => {
    if (exchange.channel === 'directive') directive = exchange.sent;
  });
  await setup.customer.send(turnOn(setup.endpointId));
  stop();
  return directive as Directive;
}
interface Directive {
  readonly directive: { readonly endpoint: { readonly endpointId: string; readonly scope: { token: string } } };
}

function withToken(sample: Directive, token: string): Directive {
  const copy = structuredClone(sample);
  copy.directive.endpoint.scope.token = token;
  return copy;
}

/** The causes at the hops of the tokens, with what is stored of the account, and of the deployment. */
async function found({ diagnostics }: Pick<TestSetup['system']['ports'], 'diagnostics'> = setup.system.ports) {
  const account = await diagnostics.gather({ accountId: String(setup.account.userId), withoutProbes: true });
  const all = await diagnostics.gatherDeployment();
  return [account, all].map((evidence) =>
    convictions(diagnose(evidence, setup.clock.now()))
      .filter(({ hop }) => hop === 'token-check' || hop === 'token-refresh')
      .map(({ cause }) => cause),
  );
}

test('a token that is not ours', async () => {
  const directive = withToken(await sent(), 'Atza|somebody-elses');
  setup.clock.advance(60_000);
  const skill = setup.system.skill('NA');
  for (let time = 0; time < 3; time++) await skill(directive);
  expect(await found()).toEqual([[{ code: 'token-not-ours' }], [{ code: 'token-not-ours', count: 1 }]]);
  setup.clock.advance(3_601_000);
  await skill(directive);
  expect((await found())[1]).toEqual([{ code: 'token-not-ours', count: 4 }]);
});

test('the key of the tokens is gone from the secret entry, and nobody is named once it is back', async () => {
  const { system, clock } = setup;
  const directive = await sent();
  clock.advance(60_000);
  const { secrets, environment } = system;
  const sealingKeys = [{ id: 'newer', key: Buffer.alloc(32, 9).toString('base64') }];
  const withoutKey = { ...environment, SECRETS_JSON: JSON.stringify({ ...secrets, sealingKeys }) };
  const overrides = { clock, log: system.ports.log };
  await createSkill(withoutKey, overrides)(directive);
  const keyId = secrets.sealingKeys[0]?.id;
  expect(await found(compose(withoutKey, overrides))).toEqual([
    [{ code: 'token-key-missing', keyId }],
    [{ code: 'token-key-missing', keyId, count: 1 }],
  ]);
  expect(await found()).toEqual([[], []]);
});

test('a token for the device of another account is nothing about this one', async () => {
  const directive = withToken(await sent(), 'Atza|somebody-elses');
  const { endpoint } = directive.directive;
  await setup.system.skill('NA')({
    directive: { ...directive.directive, endpoint: { ...endpoint, endpointId: '99' } },
  });
  expect((await found())[0]).toEqual([]);
});

test('a token that has ended and that Alexa has not refreshed is noted for its account', async () => {
  const directive = await sent();
  setup.clock.advance(4_000_000);
  await setup.system.skill('NA')(directive);
  expect(await found()).toEqual([[{ code: 'token-not-refreshed' }], []]);
});
