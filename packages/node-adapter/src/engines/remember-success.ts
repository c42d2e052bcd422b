/** Loads something once, however often it is asked for. A failure is not kept: an installation may follow. */
export function rememberSuccess<Result>(load: () => Promise<Result>): () => Promise<Result> {
  let loading: Promise<Result> | undefined;
  return () =>
    (loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
}
