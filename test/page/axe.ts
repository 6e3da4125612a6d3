import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core says is wrong with the page that is shown: each rule with the first element that breaks it. */
export const axeFindings = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`${axe.source}
axe.run().then(({ violations }) => violations.map(({ id, help, nodes }) => id + ': ' + help + ' (' + nodes[0].html + ')'))`);
