import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { toConfig } from '../../lambda/adapters/environment/environment.ts';
import { SKILL_NAME } from '../../lambda/domain/alexa-texts.ts';
import { LANGUAGES, toLanguage } from '../../lambda/texts/languages.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const manifestText = read('skill-package/skill.json');
const resourcesText = read('ask-resources.json');
const { manifest } = JSON.parse(manifestText);
const { locales } = manifest.publishingInformation;
const { code, skillInfrastructure } = JSON.parse(resourcesText).profiles.default;
const { userConfig } = skillInfrastructure;

interface Locale {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly examplePhrases: readonly string[];
  readonly keywords: readonly string[];
  readonly smallIconUri: string;
  readonly largeIconUri: string;
}

/** Where Alexa invokes the skill for customers of a locale (Amazon: develop smart home skills in multiple languages). */
const REGION_OF_LOCALE: Readonly<Record<string, 'NA' | 'EU' | 'FE'>> = {
  'en-US': 'NA',
  'en-CA': 'NA',
  'es-US': 'NA',
  'es-MX': 'NA',
  'fr-CA': 'NA',
};
const rows = Object.entries<Locale>(locales);

test.each(rows)('pages and notices call the skill by its name in the Alexa app of %s', (_, { name }) => {
  expect(name).toBe(SKILL_NAME);
});

test('pages, notices and mails are in every language of the listing, and in no other', () => {
  expect([...new Set(Object.keys(locales).map((locale) => toLanguage(locale)))]).toEqual([...LANGUAGES]);
});

test('it is a smart home skill of version 3 that may send events', () => {
  expect(manifest.apis).toEqual({ smartHome: { protocolVersion: '3' } });
  expect(manifest.permissions).toEqual([{ name: 'alexa::async_event:write' }]);
  expect(manifest.publishingInformation.category).toBe('SMART_HOME');
});

test('nobody’s account is in it: ask-cli writes endpoints there, which break everybody else’s first deploy', () => {
  expect(manifestText).not.toContain('endpoint');
  expect(manifestText).not.toContain('arn:aws');
  expect(manifest.events).toBeUndefined();
});

test.each([
  { name: 'skill.json', text: manifestText },
  { name: 'ask-resources.json', text: resourcesText },
])('$name is written as ask-cli writes it, so that a deploy does not change it', ({ text }) => {
  expect(text).toBe(JSON.stringify(JSON.parse(text), null, 2));
});

test('these are its languages, and each has its privacy policy and its terms', () => {
  expect(Object.keys(locales).sort()).toEqual(Object.keys(REGION_OF_LOCALE).sort());
  expect(Object.keys(manifest.privacyAndCompliance.locales)).toEqual(Object.keys(locales));
});

test.each(rows)('%s is within the limits of a skill', (_, locale) => {
  expect([...locale.name].length).toBeGreaterThanOrEqual(2);
  expect([...locale.name].length).toBeLessThanOrEqual(50);
  expect(locale.summary.length).toBeLessThanOrEqual(160);
  expect(locale.description.length).toBeGreaterThan(300);
  expect(locale.description.length).toBeLessThanOrEqual(4_000);
  expect(locale.examplePhrases).toHaveLength(3);
  for (const phrase of locale.examplePhrases) expect(phrase.length).toBeLessThanOrEqual(200);
  expect(locale.keywords.length).toBeLessThanOrEqual(30);
  for (const keyword of locale.keywords) expect(keyword.length).toBeLessThanOrEqual(150);
  expect(new Set(locale.keywords).size).toBe(locale.keywords.length);
});

test.each(rows)('%s: the name is ours alone, and the text says that Leviton has no part in it', (_, locale) => {
  expect(locale.name).not.toMatch(/alexa|amazon|echo|skill|leviton|decora/i);
  const independent = locale.description.split('\n\n').at(-1);
  expect(independent).toMatch(/Leviton/);
  expect(independent).toMatch(/endorsed|parrainée|respaldada/);
});

test.each(rows)('%s: phrases wake Alexa by her name there', (_, { examplePhrases }) => {
  for (const phrase of examplePhrases) expect(phrase.startsWith('Alexa, ')).toBe(true);
});

test('texts differ by language', () => {
  const languages = new Map(rows.map(([locale, { description }]) => [locale.slice(0, 2), description]));
  expect(new Set(languages.values()).size).toBe(3);
});

test('what only the owner can say is marked, so that nobody publishes it as it is', () => {
  const urls = Object.values<object>(manifest.privacyAndCompliance.locales).flatMap((urls) => Object.values(urls));
  expect(urls).toHaveLength(10);
  for (const url of urls)
    expect(url).toMatch(/^https:\/\/example\.com\/replace-me\/(privacy|terms)\/[a-z]{2}-[A-Z]{2}$/);
  expect(manifest.publishingInformation.testingInstructions).toMatch(/^REPLACE-ME /);
});

test.each([
  { field: 'smallIconUri', file: 'small.png', pixels: 108 },
  { field: 'largeIconUri', file: 'large.png', pixels: 512 },
] as const)('$file is a PNG of $pixels x $pixels, and every language shows it', ({ field, file, pixels }) => {
  const png = readFileSync(resolve(root, 'skill-package/assets', file));
  expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  expect(png.toString('latin1', 12, 16)).toBe('IHDR');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([pixels, pixels]);
  expect(rows.map(([, locale]) => locale[field])).toEqual(rows.map(() => `file://assets/${file}`));
});

test('the package holds nothing that ask-cli does not know', () => {
  const names = readdirSync(resolve(root, 'skill-package'), { recursive: true });
  expect(names.sort()).toEqual(['assets', 'assets/large.png', 'assets/small.png', 'skill.json']);
});

// ---- ask-resources.json

test('Alexa may send skill events, and the skill alone gets directives', () => {
  expect(userConfig.targetEndpoint).toEqual(['smartHome']);
  expect(userConfig.skillEvents.subscriptions).toEqual(['SKILL_ENABLED', 'SKILL_DISABLED', 'SKILL_ACCOUNT_LINKED']);
});

test('the stack is in a region from which Alexa takes smart home skills', () => {
  expect(Object.keys(code)).toEqual(['default']);
  const { ALEXA_REGION } = toConfig({ TABLE_NAME: 'table', SECRETS_ID: 'secrets', AWS_REGION: userConfig.awsRegion });
  expect(userConfig.awsRegion).toBe('us-east-1');
  expect(ALEXA_REGION).toBe(REGION_OF_LOCALE['en-US']);
});

test('nothing that only one owner has is in it', () => {
  expect(resourcesText).not.toMatch(/arn:|amzn1\.|@example|[\w.]+@[\w.]+\.\w+/);
});
