import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PASSWORD, type TestSetup } from '../support/setup.ts';
import { altered, flawsOf, openSkill, type Wire } from './malformed-support.ts';

let setup: TestSetup;
let skill: (event: unknown) => Promise<unknown>;
let token: string;
beforeAll(async () => {
  ({ setup, skill, token } = await openSkill());
});
afterAll(() => setup.system.close());

test('10,000 hostile or random directives: 10,000 well-formed answers, and no secret in any line of the log', async () => {
  const names = [
    'TurnOn',
    'TurnOff',
    'SetBrightness',
    'AdjustBrightness',
    'ReportState',
    'Discover',
    'AcceptGrant',
    '__proto__',
  ];
  const namespaces = [
    'Alexa',
    'Alexa.PowerController',
    'Alexa.BrightnessController',
    'Alexa.Discovery',
    'Alexa.Authorization',
    'toString',
  ];
  const hostile = fc.oneof(
    fc.anything({ withBigInt: false, withDate: false }),
    fc.string({ maxLength: 400 }),
    fc.constantFrom(
      '\u0000',
      '../../etc/passwd',
      '<script>',
      '$'.concat('{jndi:ldap://x}'),
      "' OR 1=1",
      '\ud800',
      'x'.repeat(20_000),
    ),
  );
  const mostly = <T>(good: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: hostile });
  const scope = fc.record(
    {
      type: mostly(fc.constant('BearerToken')),
      token: fc.oneof(fc.constantFrom(token, altered(token), `Bearer ${token}`), hostile),
    },
    { requiredKeys: [] },
  );
  const event = fc.record(
    {
      directive: mostly(
        fc.record(
          {
            header: mostly(
              fc.record(
                {
                  namespace: mostly(fc.constantFrom(...namespaces)),
                  name: mostly(fc.constantFrom(...names)),
                  payloadVersion: mostly(fc.constant('3')),
                  messageId: hostile,
                  correlationToken: mostly(fc.string({ minLength: 1 })),
                },
                { requiredKeys: [] },
              ),
            ),
            endpoint: mostly(fc.record({ endpointId: mostly(fc.constant('424242')), scope }, { requiredKeys: [] })),
            payload: mostly(
              fc.record(
                { brightness: hostile, brightnessDelta: hostile, scope, grant: hostile, grantee: scope },
                { requiredKeys: [] },
              ),
            ),
          },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: [] },
  );
  const canaries = [
    token,
    PASSWORD,
    setup.system.secrets.sealingKeys[0]?.key ?? '',
    setup.system.secrets.messaging.clientSecret,
  ];
  let answers = 0;
  await fc.assert(
    fc.asyncProperty(event, async (sent) => {
      const answer = await skill(sent);
      expect(flawsOf(answer)).toEqual([]);
      const { correlationToken } = (answer as Wire).event.header;
      if (correlationToken !== undefined) expect(JSON.stringify(sent)).toContain(JSON.stringify(correlationToken));
      for (const canary of canaries) expect(JSON.stringify(answer)).not.toContain(canary);
      answers++;
    }),
    { numRuns: 10_000 },
  );
  expect(answers).toBe(10_000);
  for (const canary of canaries) expect(setup.lines.filter((line) => line.includes(canary))).toEqual([]);
  // A bug that was caught is still a bug.
  expect(setup.lines.filter((line) => line.includes('"event":"bug"'))).toEqual([]);
});
