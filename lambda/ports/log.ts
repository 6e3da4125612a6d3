/** One line of the log: ids, outcomes and durations, never a token, code, password or payload. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  /** Worth a look, and nothing that a person must act on. */
  warn(event: string, fields?: LogFields): void;
  /** Somebody must act; alarms are built on these. */
  error(event: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined | Error>>;
