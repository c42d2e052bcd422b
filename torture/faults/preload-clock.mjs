// Loaded by `--import`: the clock jumps back and forth by ten years, as when a machine is set right in the middle of a job.
const real = Date.now.bind(Date);
const decade = 10 * 365.25 * 24 * 3600 * 1000;
let asked = 0;
const shifted = () => real() + ((asked += 1) % 3) * decade - decade;

globalThis.Date = class extends Date {
  constructor(...parts) {
    super(...(parts.length === 0 ? [shifted()] : parts));
  }
  static now() {
    return shifted();
  }
};
