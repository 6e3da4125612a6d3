import type { Check } from '../check.ts';
import { advice, failed, passed } from '../finding.ts';
import { lookAtLinkedServer } from '../maker/linked-server.ts';
import { toFinding } from '../maker/print.ts';

/** Where people link with a maker's own authorization server. */
export const makersServerChecks: readonly Check[] = [
  {
    name: 'makers-server',
    title: 'the maker’s authorization server keeps links, as far as is seen without a sign-in',
    async run(context) {
      const findings = await lookAtLinkedServer(context);
      const wrong = findings.filter(({ outcome }) => outcome === 'bad' || outcome === 'bridge');
      const known = findings.filter(({ outcome }) => outcome === 'advice');
      const [first] = [...wrong, ...known].map(toFinding);
      if (first && 'remedy' in first) return (wrong.length > 0 ? failed : advice)(first.says, first.remedy);
      return passed('its addresses and certificates; npm run preflight -- --maker looks at the rest');
    },
  },
];
