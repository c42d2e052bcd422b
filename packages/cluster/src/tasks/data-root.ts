import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ClusterError, type SkippedImage } from '@graft-ml/node-adapter';

/**
 * The folder below which a machine keeps its data: payloads name paths relative to it, so that machines may have it in different
 * places, and no payload reaches anything else.
 */
export class DataRoot {
  readonly folder: string;

  /** @param folder - Default: the current folder. */
  constructor(folder = '.') {
    this.folder = resolve(folder);
  }

  /**
   * A path for a payload.
   * @throws RangeError for a path outside of the folder.
   */
  toPayload(path: string): string {
    const inside = relative(this.folder, resolve(path)).split(sep).join('/');
    if (inside === '..' || inside.startsWith('../') || isAbsolute(inside)) {
      throw new RangeError(
        `${path} lies outside of ${this.folder}, below which all machines have the data; name another folder with --data-root`,
      );
    }
    return inside === '' ? '.' : inside;
  }

  /**
   * The local path that a payload means.
   * @throws ClusterError if it leads out of the folder, also by a link.
   */
  async fromPayload(path: string): Promise<string> {
    const refuse = () =>
      new ClusterError(`a job names ${JSON.stringify(path)}, which leads out of ${this.folder}; it is not done`, {
        subject: path,
      });
    if (path.includes('\0') || path.split(/[\\/]/).includes('..') || isAbsolute(path)) throw refuse();
    const local = path === '.' ? this.folder : join(this.folder, ...path.split('/'));
    const real = await realpath(local).catch(() => undefined);
    // What is not there is found out, and named, by who opens it.
    if (real === undefined) return local;
    const root = await realpath(this.folder);
    if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) throw refuse();
    return local;
  }

  /** @throws ClusterError if the folder is not there. */
  async check(): Promise<void> {
    const status = await stat(this.folder).catch(() => undefined);
    if (status?.isDirectory() === true) return;
    throw new ClusterError(`${this.folder}, where the data should lie, is no folder; name it with --data-root`, {
      subject: this.folder,
    });
  }

  /** A worker's path as it stands in records: relative to the folder, so that it means the same on all machines. */
  toRecord(path: string): string {
    const start = this.folder.endsWith(sep) ? this.folder : this.folder + sep;
    return path.startsWith(start) ? `${MARK}${path.slice(start.length).split(sep).join('/')}` : path;
  }

  /**
   * A record's path as this machine says it.
   * @param style - How the user named the data: absolute, or relative to the current folder.
   */
  fromRecord(path: string, style: 'absolute' | 'relative'): string {
    if (!path.startsWith(MARK)) return path;
    const local = join(this.folder, ...path.slice(MARK.length).split('/'));
    return style === 'absolute' ? local : relative(process.cwd(), local);
  }
}

/** Stands for the folder in records; no path begins so. */
const MARK = '\u0001data/';

/** Maps the paths of skipped images, also where their reasons name them. */
export function mapSkipped<Skip extends SkippedImage>(skipped: readonly Skip[], map: (path: string) => string): Skip[] {
  return skipped.map((skip) => {
    const path = map(skip.path);
    return { ...skip, path, reason: skip.reason.replaceAll(skip.path, path) };
  });
}
