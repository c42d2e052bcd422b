import { spawnSync } from 'node:child_process';

const ip = (...words: string[]) => spawnSync('ip', words, { encoding: 'utf8' });

/** Why tests with hosts of their own are skipped here; undefined where they run. */
export const noHosts = ((): string | undefined => {
  const name = `graft-probe-${process.pid}`;
  const { status, error, stderr } = ip('netns', 'add', name);
  if (status !== 0) return `no network namespaces: ${error?.message ?? stderr.trim()}`;
  ip('netns', 'delete', name);
  return undefined;
})();

/** Network namespaces as hosts, each with a cable to this machine, which can be pulled. */
export class Hosts {
  /** This machine's address in their network. */
  readonly address = '10.213.77.1';
  readonly #names: readonly string[];
  readonly #mark = String(process.pid % 100_000);

  /** @param names - One letter each. */
  constructor(names: readonly string[]) {
    this.#names = names;
    const bridge = this.#bridge;
    this.#must('link', 'add', bridge, 'type', 'bridge');
    this.#must('address', 'add', `${this.address}/24`, 'dev', bridge);
    this.#must('link', 'set', bridge, 'up');
    for (const [place, name] of names.entries()) {
      const [space, near, far] = [this.#space(name), this.#cable(name), `h${this.#mark}${name}`];
      this.#must('netns', 'add', space);
      this.#must('link', 'add', near, 'type', 'veth', 'peer', 'name', far);
      this.#must('link', 'set', near, 'master', bridge, 'up');
      this.#must('link', 'set', far, 'netns', space);
      this.#must('-n', space, 'address', 'add', `10.213.77.${place + 2}/24`, 'dev', far);
      this.#must('-n', space, 'link', 'set', far, 'up');
      this.#must('-n', space, 'link', 'set', 'lo', 'up');
    }
  }

  /** What runs a program on a host. */
  enter(name: string): string[] {
    return ['ip', 'netns', 'exec', this.#space(name)];
  }

  cut(name: string): void {
    this.#must('link', 'set', this.#cable(name), 'down');
  }

  heal(name: string): void {
    this.#must('link', 'set', this.#cable(name), 'up');
  }

  remove(): void {
    for (const name of this.#names) ip('netns', 'delete', this.#space(name));
    ip('link', 'delete', this.#bridge);
  }

  get #bridge(): string {
    return `b${this.#mark}`;
  }

  #space(name: string): string {
    return `graft-${this.#mark}-${name}`;
  }

  #cable(name: string): string {
    return `c${this.#mark}${name}`;
  }

  #must(...words: string[]): void {
    const { status, stderr } = ip(...words);
    if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
  }
}
