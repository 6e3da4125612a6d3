import type { Connection } from '../../lambda/domain/connections.ts';
import type { TokensStop } from '../../lambda/domain/links.ts';
import {
  type ConnectionRefusal,
  connectionList,
  connectionRefusalPage,
  connectionsPage,
  connectionWords,
  endedText,
  erasedPage,
  erasePage,
} from '../../lambda/linking/connection-pages.ts';
import { connectionsSection, othersPage } from '../../lambda/linking/connection-question.ts';
import { signInPage } from '../../lambda/linking/pages.ts';
import type { Reader } from '../../lambda/linking/reader.ts';

const MASKED = 'm…y@example.org';
const FORM = { action: '/', field: 'page', sealed: '' };
const REFUSALS: Readonly<Record<ConnectionRefusal, true>> = {
  'form-too-old': true,
  'other-browser': true,
  malformed: true,
};
const STOPS: Readonly<Record<TokensStop, true>> = { now: true, later: true };
const keys = <Key extends string>(of: Readonly<Record<Key, unknown>>) => Object.keys(of) as Key[];

const connection = (id: string, fields: Partial<Connection> = {}): Connection => ({
  ...{ id, state: 'live', since: '2026-03-01T12:00:00.000Z', isSuperseded: false },
  ...fields,
});
const EVERY_KIND = [
  connection('1'),
  connection('2', { lastUsedAt: '2026-03-01T12:00:00.000Z', isSuperseded: true }),
  connection('3', { state: 'pending' }),
];

/** Every page about connections. What they say of a connection is in its row, and not in the chain from Alexa to the lamps. */
export function connectionPages(cloudName: string, by: Reader): Promise<Response>[] {
  const account = { maskedEmail: MASKED };
  const page = (connections: readonly Connection[], said = {}) =>
    connectionsPage(by, FORM, account, connections, { cloudName, ...said });
  return [
    page([]),
    page([connection('1')], { problem: by.texts.connections.changedMeanwhile }),
    page(EVERY_KIND),
    ...keys(STOPS).flatMap((stop) => [0, 1, 2].map((count) => page([], { done: endedText(count, stop, by.texts) }))),
    erasePage(by, FORM, account, cloudName),
    ...[EVERY_KIND, EVERY_KIND.slice(0, 1)].map((others) =>
      othersPage(by, '', account, others, { attempt: '123456', formAction: [] }),
    ),
    ...keys(STOPS).map((stop) => erasedPage(by, stop, cloudName)),
    ...keys(REFUSALS).map((kind) => connectionRefusalPage(by, kind)),
    signInPage(
      by,
      {
        ...{ words: connectionWords(by.texts, cloudName), cloudName, action: '/', sealed: '', attempt: '123456' },
        ...{ sessionDays: 60, formAction: [], now: new Date('2026-03-01T12:00:00.000Z') },
      },
      { email: '', keep: false },
    ),
  ];
}

/** Who is connected, as a part of the page of a sign-in that is done. */
export const connections = (by: Reader) =>
  connectionsSection(by, connectionList(by, FORM, { maskedEmail: MASKED }, [connection('1'), connection('2')]));
