import { describe, expect, test } from '@jest/globals';
import { confirmMail, footer } from '../../lambda/domain/address-texts.ts';
import { LANGUAGES } from '../../lambda/texts/languages.ts';
import { textsOf } from '../../lambda/texts/texts.ts';

// Who runs the skill ends every mail.

const PAGE = 'https://link.example.org/notices';
const CONNECTIONS = 'https://link.example.org/connections';
const both = async (language: (typeof LANGUAGES)[number], operator?: string) => {
  const texts = await textsOf(language);
  return [
    confirmMail(texts, 'a…a@example.org', PAGE, operator).text,
    footer(texts, 'a…a@example.org', PAGE, CONNECTIONS, operator),
  ];
};
const lastOf = (text: string) => text.split('\n').slice(-2);

test.each([
  { language: 'en', line: 'The Alexa skill Dimmer Plug Bridge is run by Ada Lovelace.' },
  { language: 'es', line: 'Ada Lovelace administra la skill de Alexa Dimmer Plug Bridge.' },
  { language: 'fr', line: 'La skill Alexa Dimmer Plug Bridge est gérée par Ada Lovelace.' },
] as const)('in $language', async ({ language, line }) => {
  for (const text of await both(language, 'Ada Lovelace')) expect(lastOf(text)).toEqual(['', line]);
});

test('nobody is named: the mails end as ever', async () => {
  for (const language of LANGUAGES) {
    const [confirm = '', ending = ''] = await both(language);
    expect(ending.endsWith(CONNECTIONS)).toBe(true);
    expect(confirm).not.toMatch(/\n$|undefined/);
    for (const name of ['', ' \n ', '<>', '…', '\u202e']) expect(await both(language, name)).toEqual([confirm, ending]);
  }
});

describe('a hostile name stays in its line, as text', () => {
  test.each([
    {
      name: 'Ada\r\nBcc: eve@example.org',
      line: 'The Alexa skill Dimmer Plug Bridge is run by Ada Bcc eve example org.',
    },
    {
      name: 'Ada\n\nhttps://evil.example/x',
      line: 'The Alexa skill Dimmer Plug Bridge is run by Ada https evil example x.',
    },
    { name: '<b onload=x>Ada</b>', line: 'The Alexa skill Dimmer Plug Bridge is run by b onload x Ada b.' },
    { name: 'evil.example', line: 'The Alexa skill Dimmer Plug Bridge is run by evil example.' },
    {
      name: 'Ada\u202e\u0000\u001b[2J\u200bLovelace',
      line: 'The Alexa skill Dimmer Plug Bridge is run by Ada 2J Lovelace.',
    },
    { name: 'Acme, Inc. (Ada & Co.)', line: 'The Alexa skill Dimmer Plug Bridge is run by Acme, Inc. (Ada & Co.).' },
    { name: 'A'.repeat(500), line: `The Alexa skill Dimmer Plug Bridge is run by ${'A'.repeat(60)}.` },
  ])('$name', async ({ name, line }) => {
    for (const text of await both('en', name)) expect(lastOf(text)).toEqual(['', line]);
  });
});
