/** What stands in a page's HTML as a person would read it. */
export const unescaped = (text: string): string =>
  text
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** Without tags. */
export const wordsOf = (page: string): string =>
  unescaped(
    page
      .replaceAll(/<(style|title)[^>]*>[\s\S]*?<\/\1>|<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

const attribute = (tag: string, name: string): string =>
  unescaped(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

/** The forms of a page, with what they send and their buttons. Of several choices only the one that is chosen is sent. */
export const formsOf = (page: string) =>
  [...page.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].map(([, tag = '', content = '']) => ({
    method: attribute(tag, 'method'),
    action: attribute(tag, 'action'),
    fields: Object.fromEntries(
      [...content.matchAll(/<input([^>]*)>/g)]
        // One of several, and none is chosen.
        .filter(([, input = '']) => attribute(input, 'type') !== 'radio' || / checked/.test(input))
        .map(([, input = '']) => [attribute(input, 'name'), attribute(input, 'value')]),
    ),
    hidden: Object.fromEntries(
      [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    ),
    buttons: [...content.matchAll(/<button([^>]*)>([^<]*)<\/button>/g)].map(([, button = '', label = '']) => ({
      label: unescaped(label),
      name: attribute(button, 'name'),
      value: attribute(button, 'value'),
      action: attribute(button, 'formaction'),
    })),
  }));
