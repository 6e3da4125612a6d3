import { strict as assert } from 'node:assert';
import type { Browser, Page } from 'playwright-core';
import { LANGUAGES, type Language } from '../../lambda/texts/languages.ts';
import { axeFindings } from './axe.ts';
import { PHONE, WIDE } from './drive.ts';
import { galleryOf, type Picture } from './gallery.ts';

/** A small phone, with text at twice its size: WCAG 2.2 success criteria 1.4.4 and 1.4.10. */
const SMALL = { width: 320, height: 640 };

/** How far the page is too wide, in px, and which buttons are wider than their text may be. */
export const overflowOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const wide = [...document.querySelectorAll('main, button, p, label, li, h1')].filter(
      (element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline',
    );
    return [
      ...(scrollWidth > clientWidth ? [`the page is ${scrollWidth - clientWidth} px too wide`] : []),
      ...wide.map((element) => `too wide: ${element.outerHTML.slice(0, 120)}`),
    ];
  });

/** Where the first button of the page ends, in px from the top; nothing where it has none. */
const buttonEnd = (page: Page): Promise<number | undefined> =>
  page.evaluate(() => document.querySelector('main form button')?.getBoundingClientRect().bottom);

/** Contrast of the borders of fields with what surrounds them (WCAG 2.2 success criterion 1.4.11: 3:1). */
const faintBorders = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const luminance = (color: string): number => {
      const channels = (/[\d.]+/g[Symbol.match](color) ?? []).slice(0, 3).map((one) => Number(one) / 255);
      const [r = 0, g = 0, b = 0] = channels.map((one) =>
        one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const card = getComputedStyle(document.querySelector('main') ?? document.body).backgroundColor;
    return [...document.querySelectorAll('input:not([type=hidden]):not([type=checkbox]), main button')].flatMap(
      (one) => {
        const [high = 0, low = 0] = [luminance(getComputedStyle(one).borderTopColor), luminance(card)].sort(
          (a, b) => b - a,
        );
        const ratio = (high + 0.05) / (low + 0.05);
        return ratio < 3 ? [`border ${ratio.toFixed(2)}:1 of ${one.outerHTML.slice(0, 100)}`] : [];
      },
    );
  });

interface Finding {
  readonly title: string;
  readonly says: string;
}

async function check(page: Page, { title, html }: Picture): Promise<Finding[]> {
  const found: string[] = [];
  const at = async (viewport: typeof WIDE, colorScheme: 'light' | 'dark') => {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.setContent(html);
  };
  await at(PHONE, 'light');
  found.push(...(await axeFindings(page)), ...(await faintBorders(page)), ...(await overflowOf(page)));
  await at(WIDE, 'dark');
  found.push(...(await axeFindings(page)), ...(await faintBorders(page)));
  await at(SMALL, 'light');
  await page.addStyleTag({ content: ':root { font-size: 200% }' });
  found.push(...(await overflowOf(page)).map((says) => `at 320 px with text of 200 %: ${says}`));
  return found.map((says) => ({ title, says }));
}

/** The pages that people fill in, of usual length: the button is in view on a phone. */
async function checkButtons(page: Page, pictures: readonly Picture[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { title, html } of pictures.filter(({ html: whole }) => !whole.includes('www'.repeat(10)))) {
    await page.setViewportSize(PHONE);
    await page.setContent(html);
    const end = await buttonEnd(page);
    if (end !== undefined && end > PHONE.height)
      found.push({ title, says: `its button ends at ${Math.round(end)} px` });
  }
  return found;
}

/**
 * Looks at every page in every language: axe-core, light at 390 px and dark at 1280 px; borders; nothing too wide at 390 px, and at 320 px
 * with text of twice its size; the button in view on a phone.
 * @throws AssertionError with all findings
 */
export async function checkPages(browser: Browser, onStep: (step: string) => void): Promise<void> {
  const found = await Promise.all(LANGUAGES.map((language) => checkLanguage(language, browser, onStep)));
  assert.deepEqual(found.flat(), []);
}

async function checkLanguage(language: Language, browser: Browser, onStep: (step: string) => void): Promise<Finding[]> {
  const page = await browser.newPage();
  try {
    const pictures = await galleryOf(language);
    const found: Finding[] = [];
    for (const picture of pictures) found.push(...(await check(page, picture)));
    found.push(...(await checkButtons(page, pictures)));
    if (found.length === 0)
      onStep(`${pictures.length} pages in ${language}: axe-core finds nothing, all fits, and the button is in view`);
    return found;
  } finally {
    await page.close();
  }
}
