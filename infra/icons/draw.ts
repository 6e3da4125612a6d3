import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { launchBrowser } from '../../test/page/browser.ts';

// Draws the skill's icons from lamp.svg: `node desk/run.mjs infra/icons/draw.ts`, with a Chromium on the machine.

const root = process.cwd();
const svg = await readFile(resolve(root, 'infra/icons/lamp.svg'), 'utf8');
const browser = await launchBrowser();
for (const { name, pixels } of [
  { name: 'small', pixels: 108 },
  { name: 'large', pixels: 512 },
]) {
  const page = await browser.newPage({ viewport: { width: pixels, height: pixels } });
  const size = `width:${pixels}px;height:${pixels}px`;
  await page.setContent(`<style>body{margin:0}svg{display:block;${size}}</style>${svg}`);
  await writeFile(resolve(root, `skill-package/assets/${name}.png`), await page.screenshot());
}
await browser.close();
