import type { DeskFault } from './fault.ts';

/** From Alexa to our function, and what the function needs. */
export const skillFaults: readonly DeskFault[] = [
  {
    id: 'permission-removed',
    hop: 'skill',
    label: 'Permission to invoke the skill removed',
    expect: 'Alexa cannot call the function: every command fails, and no log has a line of it.',
    inject: (system) => system.denyInvocations('permission-missing'),
    real: true,
  },
  {
    id: 'endpoint-missing',
    hop: 'skill',
    label: 'No endpoint for the region',
    expect:
      'The manifest names no function for the region of the Amazon account: every command fails, and no log has a line of it.',
    inject: (system) => system.denyInvocations('endpoint-missing'),
    real: true,
  },
  {
    id: 'function-missing',
    hop: 'skill',
    label: 'Skill function deleted',
    expect: 'There is nothing for Alexa to call: every command fails, and no log has a line of it.',
    inject: (system) => system.denyInvocations('function-missing'),
    real: true,
  },
  {
    id: 'sealing-key-lost',
    hop: 'skill',
    label: 'Deployed without the sealing key',
    expect:
      'The functions cannot open tokens and rows. Alexa hears INTERNAL_ERROR and keeps the link; all is well with the key back.',
    inject: (system) => system.loseSealingKey(),
    real: true,
  },
  {
    id: 'answers-malformed',
    hop: 'skill',
    label: 'A bug makes answers malformed',
    expect:
      'The skill would answer with a brightness of 60.5, which Alexa refuses. Alexa hears INTERNAL_ERROR in its place; the lamp obeys.',
    inject: (system) => system.misreadLevels(),
    real: true,
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
    id: 'account-row-lost',
    hop: 'skill',
    label: 'Row of the account gone from the table',
    expect:
      "Alexa keeps the link, and cannot refresh: the lamp obeys for an hour at most. A sign-in on the page of lamps makes the row anew, and Alexa's link goes on.",
    inject: async ({ table }, { accountId }) =>
      accountId === undefined ? () => undefined : await table.loseRow({ pk: `account#${accountId}`, sk: 'session' }),
    linkedBy: 'skill',
  },
];
