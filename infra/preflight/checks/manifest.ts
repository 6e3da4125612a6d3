import type { AlexaRegion } from '../../../lambda/ports/grant-store.ts';
import { toLanguage } from '../../../lambda/texts/languages.ts';
import { SEND_EVENTS } from '../../deploy/manifest.ts';
import type { Check } from '../check.ts';
import { advice, counted, failed, firstOf, passed } from '../finding.ts';
import { ALEXA_REGION, awsRegionOf, type Manifest } from '../target.ts';

/** From where Alexa sends directives of customers of a locale (Amazon: develop smart home skills in multiple languages). */
const REGION_OF_LOCALE: Readonly<Record<string, AlexaRegion>> = {
  'ar-SA': 'EU',
  'de-DE': 'EU',
  'en-AU': 'FE',
  'en-CA': 'NA',
  'en-GB': 'EU',
  'en-IN': 'EU',
  'en-US': 'NA',
  'es-ES': 'EU',
  'es-MX': 'NA',
  'es-US': 'NA',
  'fr-CA': 'NA',
  'fr-FR': 'EU',
  'hi-IN': 'EU',
  'it-IT': 'EU',
  'ja-JP': 'FE',
  'nl-NL': 'EU',
  'pt-BR': 'NA',
};

/** Texts that must be replaced before publishing. */
const PLACEHOLDER = /replace-me|example\.(com|org|net)/i;

export const manifestChecks: readonly Check[] = [
  {
    name: 'manifest-permission',
    title: 'the skill may send events',
    async run(context) {
      const { permissions } = await context.manifest();
      if (permissions.includes(SEND_EVENTS)) return passed(SEND_EVENTS);
      return failed(
        `the manifest lacks the permission ${SEND_EVENTS}, so Alexa accepts no report of a lamp`,
        'Add it under manifest.permissions in skill-package/skill.json, and run npm run deploy.',
      );
    },
  },
  {
    name: 'manifest-endpoints',
    title: 'directives and skill events go to the functions of the stacks',
    after: ['stack'],
    async run(context) {
      const [manifest, stacks] = await Promise.all([context.manifest(), context.stacks()]);
      const { endpoint, regions, eventEndpoints } = manifest;
      const arns = new Set(stacks.map(({ functions }) => functions.skill?.arn));
      const named = [endpoint, ...Object.values(regions), ...eventEndpoints].filter((arn) => arn !== undefined);
      const strange = named.find((arn) => !arns.has(arn));
      const unnamed = stacks.find(({ functions: { skill } }) => skill && !named.includes(skill.arn));
      const remedy = 'Run npm run deploy, which writes the functions of the stacks into the manifest.';
      return firstOf(
        [
          !endpoint && failed('the manifest has no endpoint for smart home', remedy),
          strange !== undefined &&
            failed(`the manifest names a function in ${awsRegionOf(strange)} that no stack has`, remedy),
          unnamed && failed(`the manifest names no function in ${unnamed.awsRegion}, where a stack has one`, remedy),
        ],
        counted(new Set(named).size, 'function'),
      );
    },
  },
  {
    name: 'manifest-version',
    title: 'Alexa speaks the version of the protocol that the skill knows',
    async run(context) {
      const { protocolVersion } = await context.manifest();
      if (/^3(\.0)?$/.test(protocolVersion ?? '')) return passed('3');
      return failed('the manifest does not name protocolVersion 3', 'Set apis.smartHome.protocolVersion to "3".');
    },
  },
  {
    name: 'skill-events',
    title: 'Alexa tells the skill when somebody disables it or links again',
    async run(context) {
      const { subscriptions } = await context.manifest();
      const missing = ['SKILL_DISABLED', 'SKILL_ACCOUNT_LINKED'].filter((name) => !subscriptions.includes(name));
      if (missing.length === 0) return passed(subscriptions.join(', '));
      return failed(
        `the skill is not subscribed to ${missing.join(' and ')}`,
        'Add it under skillEvents.subscriptions in ask-resources.json, and run npm run deploy.',
      );
    },
  },
  {
    name: 'regions',
    title: 'every locale has a function in its region',
    async run(context) {
      const manifest = await context.manifest();
      const served = servedRegions(manifest);
      const lonely = manifest.locales.filter((locale) => {
        const region = REGION_OF_LOCALE[locale];
        return region !== undefined && !served.has(region);
      });
      if (lonely.length === 0)
        return passed(`${counted(manifest.locales.length, 'locale')} in ${[...served].join(', ')}`);
      const regions = [...new Set(lonely.map((locale) => REGION_OF_LOCALE[locale]))].join(', ');
      const says = `${lonely.join(', ')} have no function in their region (${regions})`;
      const remedy = `Run npm run deploy -- --region with ${regions} added, or take the locales out of skill-package/skill.json.`;
      // A private skill serves its owner, who lives in one region.
      const several = Object.keys(manifest.regions).length > 0;
      return several || context.publish ? failed(says, remedy) : advice(says, remedy);
    },
  },
  {
    name: 'languages',
    title: 'pages and mails are in the language of every locale',
    async run(context) {
      const { locales } = await context.manifest();
      const foreign = locales.filter((locale) => toLanguage(locale) === undefined);
      if (foreign.length === 0) return passed(counted(locales.length, 'locale'));
      const says = `customers of ${foreign.join(', ')} get pages and mails in English`;
      const remedy = 'Add the language in lambda/texts, or take the locales out of skill-package/skill.json.';
      return context.publish ? failed(says, remedy) : advice(says, remedy);
    },
  },
  {
    name: 'legal-pages',
    title: 'privacy policy, terms and testing instructions are yours',
    async run(context) {
      const { legalUrls, locales, testingInstructions } = await context.manifest();
      const open = locales.filter((locale) => {
        const { privacy = '', terms = '' } = legalUrls[locale] ?? {};
        return privacy === '' || PLACEHOLDER.test(privacy) || PLACEHOLDER.test(terms);
      });
      const placeholders = [
        ...(open.length > 0 ? [`the privacy and terms pages of ${open.join(', ')}`] : []),
        ...(PLACEHOLDER.test(testingInstructions) ? ['the testing instructions'] : []),
      ];
      if (placeholders.length === 0) return passed(counted(locales.length, 'locale'));
      const says = `${placeholders.join(' and ')} are still placeholders`;
      const remedy = 'Set your own in skill-package/skill.json before you submit the skill.';
      return context.publish ? failed(says, remedy) : advice(says, remedy);
    },
  },
];

function servedRegions({ endpoint, regions }: Manifest): Set<AlexaRegion> {
  const own = Object.keys(regions) as AlexaRegion[];
  const byDefault = endpoint ? ALEXA_REGION[awsRegionOf(endpoint)] : undefined;
  return new Set([...(byDefault ? [byDefault] : []), ...own]);
}
