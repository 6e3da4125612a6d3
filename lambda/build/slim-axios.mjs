import { readFile } from 'node:fs/promises';

const stub = (contents) => ({ contents, loader: 'js' });

/** Packages that axios imports and a function never uses, and their replacements. */
const packages = {
  'form-data': 'export default undefined;',
};
/** Files of axios's own that a function never uses. */
const files = {
  // Every client here has `adapters/http/node-adapter.ts` for an adapter.
  'adapters/http': 'export default false;',
  'adapters/fetch': 'export const getFetch = () => false; export default false;',
  'adapters/xhr': 'export default false;',
  // Forms, and names of statuses.
  'helpers/toFormData': 'export default () => { throw new Error("built without forms"); };',
  'helpers/formDataToJSON': 'export default () => { throw new Error("built without forms"); };',
  'helpers/HttpStatusCode': 'export default {};',
};
/** Node features that axios checks when it is loaded or first used, by file, and the answer that a function needs. */
const questions = {
  utils: ["typeof G.FormData !== 'undefined' ? G.FormData : undefined", 'undefined'],
  'core/dispatchRequest': ["typeof performance !== 'undefined' && utils.isFunction(performance.now)", 'false'],
};

/**
 * An esbuild plugin that removes from axios what takes half of a cold start: its three adapters with all that they load (undici, http2,
 * zlib, redirects, proxies), a check of the global FormData that loads undici as well, a table of all media types, and timings that load
 * perf_hooks. If a version of axios lacks one of these places, the build fails instead of getting slow.
 */
export const slimAxios = {
  name: 'slim-axios',
  setup(build) {
    const wanted = [packages, files, questions].flatMap((part) => Object.keys(part));
    const found = new Set();
    build.onStart(() => found.clear());
    build.onResolve({ filter: /^form-data$/ }, ({ path, importer }) => {
      if (!isOfAxios(importer)) return undefined;
      found.add(path);
      return { path, namespace: 'slim-axios' };
    });
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
