/** PASS and FAIL lines; an error is a FAIL with its message. */
export function createReport(print: (line: string) => void) {
  let failed = 0;
  let passed = 0;
  return {
    get failed() {
      return failed;
    },
    get passed() {
      return passed;
    },
    async check(what: string, holds: () => unknown): Promise<void> {
      let reason = '';
      try {
        if (!(await holds())) reason = 'it is not so';
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
      if (reason) failed += 1;
      else passed += 1;
      print(`${reason ? 'FAIL' : 'PASS'}  ${what}${reason ? ` (${reason})` : ''}`);
    },
  };
}
