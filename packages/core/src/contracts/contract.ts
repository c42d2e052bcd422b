/**
 * One promise of a port, as a test that needs no framework: `for (const check of contract(…)) it(check.title, check.run)`.
 */
export interface ContractCheck {
  /** The behaviour, as a test's title. */
  readonly title: string;
  /** Resolves if the implementation keeps the promise. @throws Error that says what broke. */
  run(): Promise<void>;
}
