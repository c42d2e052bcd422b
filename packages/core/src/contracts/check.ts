/** Ends a check with a message unless the condition holds. */
export function expectThat(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Ends a check unless the promise fails with an error of this name, whose message holds this text. */
export async function expectRejection(
  promise: Promise<unknown>,
  expected: { readonly name: string; readonly text: string },
): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expectThat(error instanceof Error, `it succeeded; expected ${expected.name}`);
  expectThat(
    error.name === expected.name,
    `it failed with ${error.name} (${error.message}); expected ${expected.name}`,
  );
  expectThat(error.message.includes(expected.text), `"${error.message}" does not mention "${expected.text}"`);
}
