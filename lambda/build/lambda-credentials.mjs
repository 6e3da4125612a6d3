import { dirname } from 'node:path';

/**
 * An esbuild plugin that leaves Lambda's own way of handing out credentials, the environment, as the AWS SDK's only one. The others
 * (SSO, profiles, instance metadata) are a third of the SDK's size and a fifth of its start.
 */
export const lambdaCredentials = {
  name: 'lambda-credentials',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ importer }) => ({
      path: importer,
      namespace: 'lambda-credentials',
    }));
    build.onLoad({ filter: /.*/, namespace: 'lambda-credentials' }, ({ path }) => ({
      contents: 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
      resolveDir: dirname(path),
      loader: 'js',
    }));
  },
};
