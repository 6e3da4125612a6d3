import { readFile } from 'node:fs/promises';

const stub = (contents) => ({ contents, loader: 'js' });

/** Packages that axios imports and a function never uses, and their replacements. Using one is an error. */
const packages = {
  http2: 'export default {};',
  // Loaded with the first answer that axios must decompress, which takes as long as the rest of axios. The constants are zlib's own.
  zlib: `const later = (name) => (...rest) => require('node:zlib')[name](...rest);
    export default { constants: { Z_SYNC_FLUSH: 2, BROTLI_OPERATION_FLUSH: 1 },
      createUnzip: later('createUnzip'), createBrotliDecompress: later('createBrotliDecompress') };`,
  'form-data': 'export default undefined;',
  'proxy-from-env': 'export const getProxyForUrl = () => "";',
  'https-proxy-agent':
    'export default class HttpsProxyAgent { constructor() { throw new Error("built without proxies"); } }',
  // Every client here sets `maxRedirects: 0`, so axios uses Node's http and https.
  'follow-redirects': 'export default { http: {}, https: {} };',
};
/** Files of axios's own that a function never uses. */
const files = {
  'adapters/fetch': 'export const getFetch = () => false; export default false;',
  'adapters/xhr': 'export default false;',
  // Multipart forms, `data:` addresses, rates of transfer, names of statuses.
  'helpers/formDataToStream': 'export default () => { throw new Error("built without forms"); };',
  'helpers/formDataToJSON': 'export default () => { throw new Error("built without forms"); };',
  'helpers/fromDataURI': 'export default () => { throw new Error("built without data:"); };',
  'helpers/estimateDataURLDecodedBytes':
    'export const estimateDataURLBufferAllocation = () => { throw new Error("built without data:"); };',
  'helpers/AxiosTransformStream': 'export default class { constructor() { throw new Error("built without rates"); } }',
  'helpers/Http2Sessions': 'export default class {}',
  'helpers/HttpStatusCode': 'export default {};',
  'helpers/shouldBypassProxy': 'export default () => { throw new Error("built without proxies"); };',
};
/** Node features that axios checks when it is loaded or first used, by file, and the answer that a function needs. */
const questions = {
  utils: ["typeof G.FormData !== 'undefined' ? G.FormData : undefined", 'undefined'],
  'core/dispatchRequest': ["typeof performance !== 'undefined' && utils.isFunction(performance.now)", 'false'],
  'adapters/http': ['!process.allowedNodeEnvironmentFlags ||', 'true ||'],
};

/**
 * An esbuild plugin that removes from axios what takes half of a cold start. The fetch adapter and a check of the global FormData load
 * undici, http2 loads a second protocol, zlib serves compressed answers only, form-data loads a table of all media types, the timings load perf_hooks, and a proxy check reads
 * all flags of Node. The HTTP adapter stays. If a version of axios lacks one of these places, the build fails instead of getting slow.
 */
export const slimAxios = {
  name: 'slim-axios',
  setup(build) {
    const wanted = [packages, files, questions].flatMap((part) => Object.keys(part));
    const found = new Set();
    build.onStart(() => found.clear());
    build.onResolve(
      { filter: /^(http2|zlib|form-data|proxy-from-env|https-proxy-agent|follow-redirects)$/ },
      ({ path, importer }) => {
        if (!isOfAxios(importer)) return undefined;
        found.add(path);
        return { path, namespace: 'slim-axios' };
      },
    );
    build.onLoad({ filter: /.*/, namespace: 'slim-axios' }, ({ path }) => stub(packages[path]));
    build.onLoad({ filter: /[\\/]axios[\\/]lib[\\/]/ }, async ({ path }) => {
      const name = path.replace(/^.*[\\/]axios[\\/]lib[\\/]|\.js$/g, '').replaceAll('\\', '/');
      found.add('axios').add(name);
      if (files[name]) return stub(files[name]);
      if (!questions[name]) return undefined;
      const [asked, answer] = questions[name];
      const source = await readFile(path, 'utf8');
      if (!source.includes(asked)) throw new Error(`axios no longer says: ${asked}`);
      return stub(source.replace(asked, answer));
    });
    build.onEnd(() => {
      const missing = found.has('axios') ? wanted.filter((one) => !found.has(one)) : [];
      return { errors: missing.map((one) => ({ text: `axios no longer imports: ${one}` })) };
    });
  },
};

const isOfAxios = (importer) => /[\\/]axios[\\/]lib[\\/]/.test(importer);
