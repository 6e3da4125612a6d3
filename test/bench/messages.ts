import type { ChildProcess } from 'node:child_process';

/** Asks a process of ours for one thing and waits for its answer. One question at a time. @throws when the process ends first */
export function ask<T>(child: ChildProcess, question: object): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      child.off('message', onAnswer);
      child.off('exit', onExit);
    };
    const onAnswer = (answer: unknown) => {
      finish();
      const { failed } = answer as { failed?: string };
      if (failed === undefined) resolve(answer as T);
      else reject(new Error(failed));
    };
    const onExit = (code: number | null) => {
      finish();
      reject(new Error(`a measured process ended by itself (${code})`));
    };
    child.on('message', onAnswer);
    child.on('exit', onExit);
    child.send(question);
  });
}

/** The other side of `ask`. The process ends with the one that started it. */
export function answerAll<T>(work: (question: T) => object | Promise<object>): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (question: T) => {
    void (async () => work(question))()
      .catch((error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }))
      .then((answer) => process.send?.(answer));
  });
}
