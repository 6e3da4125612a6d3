const DOMAINS = 'com ca com.mx com.br co.uk de fr it es nl se pl com.be com.tr ie in co.jp com.au sg ae sa eg'.split(
  ' ',
);

/**
 * Amazon's hosts, as sources of a content security policy. Its pages redirect to other Amazon hosts, depending on the country
 * (github.com/koush/scrypted/issues/308 shows pitangui.amazon.com redirecting to skills-store.amazon.com). Chromium checks every hop against
 * `form-action`.
 */
export const AMAZON_PAGES: readonly string[] = DOMAINS.map((domain) => `https://*.amazon.${domain}`);
