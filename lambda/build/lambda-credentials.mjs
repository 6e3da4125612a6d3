import { dirname } from 'node:path';

/**
 * An esbuild plugin that keeps only one credential provider of the AWS SDK: the environment, which Lambda sets. The others (SSO,
 * profiles, instance metadata) are a third of the SDK's size and a fifth of its start.
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
