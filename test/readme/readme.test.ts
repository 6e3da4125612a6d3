import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { logEvents, ROOT, read, rowKeys, rowSchemas, sourcesIn } from './source.ts';

const readme = read('README.md');

/** The rows of the first table under a heading, as cells. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
  const lines = section.split('\n## ')[0]?.split('\n') ?? [];
  return lines
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** Names in backticks, outside of code blocks. */
const named = (text = ''): string[] =>
  [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** Which schema describes the attributes of which row. */
const SCHEMA_OF: Readonly<Record<string, string>> = {
  'account#ID / session': 'AccountRow',
  'account#ID / device#ID': 'DeviceRow',
  'account#ID / grant#ID': 'GrantRow',
  'account#ID / notice#CAUSE': 'NoticeRow',
  'account#ID / consent#ID': 'ConsentRow',
  'account#ID / addresses': 'AddressesRow',
  'account#ID / evidence': 'EvidenceRow',
  'keys#URL / keys': 'KeySetRow',
  'developer / canary': 'CanaryRow',
  'developer / refusals': 'RefusalsRow',
  'developer / messages': 'DeveloperMailRow',
  'link#ID / link': 'LinkRow',
  'user#HASH / enablement': 'EnablementRow',
  'throttle#KEY / attempts': 'ThrottleRow',
  'watch / shard#N': 'LeaseRow',
  'watch / shards': 'ShardsRow',
};

test('every log event of the functions has a row in README, and README names no other', () => {
  const { events, unknown } = logEvents();
  expect(unknown).toEqual([]);
  expect(
    tableUnder('Log events')
      .flatMap(([cell]) => named(cell))
      .sort(),
  ).toEqual([...events].sort());
});

test('every alarm has a row in README, and README names no other', () => {
  const templates = read('infra/skill-stack.yaml') + read('infra/address-stack.yaml');
  const alarms = [...templates.matchAll(/^ {2}(\w+):\n {4}Type: AWS::CloudWatch::Alarm$/gm)];
  expect(
    tableUnder('Alarms')
      .flatMap(([cell]) => named(cell))
      .sort(),
  ).toEqual(alarms.map(([, name]) => name).sort());
});

test('every row of log events says what it means and whether somebody must act', () => {
  for (const [event, meaning = '', action = ''] of tableUnder('Log events'))
    expect([event, meaning.length > 5, action.length > 1]).toEqual([event, true, true]);
});

test('every kind of row is in README, and README names no other', () => {
  const keys = tableUnder('What is in the table').flatMap(([cell]) => named(cell));
  expect(keys.sort()).toEqual([...rowKeys()]);
});

test('every schema of a row belongs to a row in README', () => {
  expect([...rowSchemas().keys()].sort()).toEqual(Object.values(SCHEMA_OF).sort());
});

test.each(Object.entries(SCHEMA_OF))('README lists the attributes of %s', (key, schema) => {
  const row = tableUnder('What is in the table').find(([cell]) => named(cell)[0] === key);
  const attributes = rowSchemas().get(schema) ?? [];
  expect(attributes.length).toBeGreaterThan(0);
  expect(named(row?.[1]).sort()).toEqual([...attributes].sort());
});

test('every npm command that README names is in package.json, and README names every script', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const commands = [...readme.matchAll(/npm (?:run )?([a-z][a-z:-]*)/g)].map(([, name = '']) => name);
  const own = commands.filter((name) => !['install', 'ci', 'of'].includes(name));
  expect([...new Set(own)].sort()).toEqual(Object.keys(scripts).sort());
});

test('every path that README names exists', () => {
  const paths = named(readme).filter((name) => /^(?:lambda|desk|infra|test|skill-package|\.github|\.ci)\//.test(name));
  expect(paths.length).toBeGreaterThan(15);
  // `npm run build` makes it.
  const made = ['lambda/dist'];
  expect(paths).toEqual(expect.arrayContaining(made));
  expect(paths.filter((path) => !made.includes(path) && !existsSync(join(ROOT, path)))).toEqual([]);
});

test.each(tableUnder('The map of the code'))('where is: %s: what README names is there', (_, answer) => {
  const names = named(answer);
  const isPath = (name: string) => name.includes('/');
  const texts = names.filter(isPath).map((path) => (path.endsWith('.ts') || path.endsWith('.yaml') ? read(path) : ''));
  const missing = names.filter((name) => !isPath(name) && !texts.some((text) => text.includes(name)));
  expect(missing).toEqual([]);
});

test('every environment variable of the functions is in README, and README names no other', () => {
  const environment = read('lambda/adapters/environment/environment.ts');
  const [, schema = ''] = /const Environment = v\.object\(\{([\s\S]*?)^\}\);/m.exec(environment) ?? [];
  const variables = [...schema.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name = '']) => name);
  const standard = variables.filter((name) => name.startsWith('AWS_'));
  const listed = tableUnder('Configuration').flatMap(([name, meaning]) => [
    ...named(name),
    ...named(meaning).filter((one) => one === 'SECRETS_JSON'),
  ]);
  expect([...listed, ...standard].sort()).toEqual(variables.sort());
});

test.each([
  { where: 'the alarms of the stack', text: () => read('infra/skill-stack.yaml') },
  {
    where: 'preflight',
    text: () =>
      sourcesIn('infra/preflight')
        .map(({ text }) => text)
        .join('\n'),
  },
])('every log event that $where name exists', ({ text }) => {
  const { events } = logEvents();
  const looked = [
    ...text()
      .replaceAll(/\s+/g, ' ')
      .matchAll(/(?:\bfor|\bat|\band) ([a-z]+(?:-[a-z]+)+)/g),
  ].map(([, name = '']) => name);
  const places = new Set([
    'account-linking',
    'device-watch',
    'report-worker',
    'device-events',
    'cloud-busy',
    'dead-letter',
  ]);
  expect(looked.length).toBeGreaterThan(1);
  expect(looked.filter((name) => !events.has(name) && !places.has(name))).toEqual([]);
});

test('every log event that `npm run logs` has words for exists', () => {
  const { events } = logEvents();
  const [, table = ''] = /const SENTENCES[\s\S]*?= \{([\s\S]*?)^\};/m.exec(read('infra/logs/words.ts')) ?? [];
  const worded = [...table.matchAll(/^ {2}'?([a-z-]+)'?:/gm)].map(([, name = '']) => name);
  expect(worded.length).toBeGreaterThan(10);
  expect(worded.filter((name) => !events.has(name))).toEqual([]);
});
