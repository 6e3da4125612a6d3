import { expect, test } from '@jest/globals';
import { type Profile, sharesOf, sharesText } from './profile.ts';

const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 0, columnNumber: 0 });
const sources: Record<string, string> = {
  'skill.js': '/repository/lambda/alexa/dispatch.ts',
  'axios.js': '/repository/node_modules/axios/lib/core/Axios.js',
  'sdk.js': '/repository/node_modules/@smithy/core/index.js',
  'child.js': '/bench/child.js',
};
const sourceOf = ({ url }: { url: string }) => sources[url];

/** @param spent microseconds by function, each called by the one before it in its line */
function profileOf(spent: readonly (readonly [calls: ReturnType<typeof frame>[], us: number])[]): Profile {
  const nodes = spent.flatMap(([calls], line) =>
    calls.map((callFrame, depth) => ({
      id: line * 100 + depth,
      callFrame,
      ...(depth + 1 < calls.length && { children: [line * 100 + depth + 1] }),
    })),
  );
  return {
    nodes,
    samples: spent.map(([calls], line) => line * 100 + calls.length - 1),
    timeDeltas: spent.map(([, us]) => us),
  };
}

test('what Node does counts for its caller, and idle time for nobody', () => {
  const profile = profileOf([
    [[frame('(root)'), frame('answer', 'skill.js')], 300],
    [[frame('(root)'), frame('answer', 'skill.js'), frame('put', 'axios.js'), frame('request', 'node:https')], 200],
    [[frame('(root)'), frame('load', 'child.js'), frame('wrapSafe', 'node:internal/modules/cjs/loader')], 250],
    [[frame('(root)'), frame('', 'skill.js'), frame('compileForInternalLoader', 'node:internal/bootstrap/realm')], 100],
    [[frame('(root)'), frame('onStreamRead', 'node:internal/stream_base_commons')], 90],
    [[frame('(root)'), frame('send', 'sdk.js')], 50],
    [[frame('(root)'), frame('(garbage collector)')], 5],
    [[frame('(root)'), frame('load', 'child.js')], 5],
    [[frame('(root)'), frame('(idle)')], 9_000],
  ]);
  expect(sharesText(sharesOf([profile], sourceOf))).toBe(
    "the rest of our own code 30 %, V8 compiling the bundle 25 %, axios 20 %, Node's own modules, such as crypto and tls 10 %, " +
      "Node's sockets, TLS, HTTP and promises 9 %, the AWS SDK 5 %",
  );
});

test('several profiles are one, and an empty one has no parts', () => {
  const one = profileOf([[[frame('answer', 'skill.js')], 30]]);
  const other = profileOf([[[frame('put', 'axios.js')], 10]]);
  expect(sharesOf([one, other], sourceOf)).toEqual([
    { part: 'the rest of our own code', percent: 75 },
    { part: 'axios', percent: 25 },
  ]);
  expect(sharesOf([{ nodes: [] }], sourceOf)).toEqual([]);
});
