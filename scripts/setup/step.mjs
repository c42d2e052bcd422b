/** A step that did not work: `log` is what the tool said, shown in full above the message. */
export class StepError extends Error {
  /** @param {string} message @param {string} [log] */
  constructor(message, log = '') {
    super(message);
    this.log = log;
  }
}

/**
 * Does a step and tells of it in one line on stderr: what, and how long it took.
 *
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = performance.now();
  process.stderr.write(`${title} … `);
  try {
    const result = await work();
    process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stderr.write('failed\n');
    throw error;
  }
}
