import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

const stub = (contents) => ({ contents, loader: 'js' });

/** What axios imports and a function never uses, and what stands in for it. Using one of them after all is an error, not a surprise. */
const packages = {
  http2: 'export default {};',
  'form-data': 'export default undefined;',
  'proxy-from-env': 'export const getProxyForUrl = () => "";',
  'https-proxy-agent':
    'export default class HttpsProxyAgent { constructor() { throw new Error("built without proxies"); } }',
  // Every client here says `maxRedirects: 0`, with which axios asks Node's own http and https.
  'follow-redirects': 'export default { http: {}, https: {} };',
};
/** Files of axios's own that a function never uses. */
const adapters = {
  fetch: 'export const getFetch = () => false; export default false;',
  xhr: 'export default false;',
};

const globalFormData = "typeof G.FormData !== 'undefined' ? G.FormData : undefined";

/**
 * An esbuild plugin that leaves out of axios what costs half of a cold start: the fetch adapter and one look at the global FormData
 * each load Node's own undici, http2 loads a second protocol, and form-data a table of all media types. The HTTP adapter stays.
 * It fails the build when a version of axios no longer has what it looks for, rather than ship a slow one.
 */
export const slimAxios = {
  name: 'slim-axios',
  setup(build) {
    const wanted = [...Object.keys(packages), ...Object.keys(adapters).map((name) => `${name} adapter`)];
    const found = new Set();
    build.onStart(() => found.clear());
    build.onResolve(
      { filter: /^(http2|form-data|proxy-from-env|https-proxy-agent|follow-redirects)$/ },
      ({ path, importer }) => {
        if (!isOfAxios(importer)) return undefined;
        found.add(path);
        return { path, namespace: 'slim-axios' };
      },
    );
    build.onLoad({ filter: /.*/, namespace: 'slim-axios' }, ({ path }) => stub(packages[path]));
    build.onLoad({ filter: /[\\/]axios[\\/]lib[\\/]adapters[\\/](fetch|xhr)\.js$/ }, ({ path }) => {
      const name = basename(path, '.js');
      found.add(`${name} adapter`);
      return stub(adapters[name]);
    });
    build.onLoad({ filter: /[\\/]axios[\\/]lib[\\/]utils\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(globalFormData)) throw new Error(`axios no longer says: ${globalFormData}`);
      found.add('axios');
      return stub(source.replace(globalFormData, 'undefined'));
    });
    build.onEnd(() => {
      const missing = found.has('axios') ? wanted.filter((one) => !found.has(one)) : [];
      return { errors: missing.map((one) => ({ text: `axios no longer imports: ${one}` })) };
    });
  },
};

const isOfAxios = (importer) => /[\\/]axios[\\/]lib[\\/]/.test(importer);
