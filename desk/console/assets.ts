import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../project-root.ts';

export interface Assets {
  readonly html: string;
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

/** The page's files, bundled now so that there is no build to forget. */
export async function loadAssets(): Promise<Assets> {
  const folder = join(projectRoot(), 'desk/page');
  const [script, style] = await Promise.all([bundle(join(folder, 'page.tsx')), bundle(join(folder, 'style.css'))]);
  return { html, script, style, icon };
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
}

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="dark light">
    <title>The lamp's desk</title>
    <link rel="icon" href="/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/page.css">
    <script type="module" src="/page.js"></script>
  </head>
  <body>
    <noscript>This page needs JavaScript: it shows a lamp that changes.</noscript>
    <div id="page"></div>
  </body>
</html>
`;

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
  <rect width="32" height="32" rx="7" fill="#241b1d"/>
  <path d="M11 6h10l4 12H7z" fill="#ffc56b"/>
  <path d="M15 18h2v6h-2zM10 24h12v2H10z" fill="#e9dccd"/>
</svg>
`;
