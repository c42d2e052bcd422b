/** A part of a file. */
export interface FileWindow {
  /** The file's path. */
  readonly path: string;
  /** The part's first byte. */
  readonly offset: number;
  /** How many bytes it has; the file must be as long. */
  readonly size: number;
}

/** An open file as Emscripten keeps it. */
export interface Hdf5Stream {
  readonly fd: number;
  position: number;
  window?: FileWindow;
}

/** The calls by which HDF5 reaches files. */
export interface Hdf5FileSystem {
  readonly ErrnoError: new (errno: number) => Error;
  open(path: string, flags: number | string, mode?: number): Hdf5Stream;
  getStream(fd: number): Hdf5Stream | undefined;
  stat(path: string, dontFollow?: boolean): { size: number };
  fstat(fd: number): { size: number };
  llseek(stream: Hdf5Stream, offset: number, whence: number): number;
  read(stream: Hdf5Stream, buffer: Uint8Array, ...range: ReadRange): number;
}

type ReadRange = [offset: number, length: number, position?: number];

const fromEnd = 2;

/**
 * Teaches HDF5's file system to open a part of a file: an HDF5 file that lies unpacked in an archive is read where it lies.
 * @returns Registers a part, and gives the path under which HDF5 finds it.
 */
export function openWindows(files: Hdf5FileSystem): (window: FileWindow) => string {
  const windows = new Map<string, FileWindow>();
  const open = files.open.bind(files);
  const stat = files.stat.bind(files);
  const fstat = files.fstat.bind(files);
  const llseek = files.llseek.bind(files);
  const read = files.read.bind(files);

  files.open = (path, ...options) => {
    const window = windows.get(path);
    if (window === undefined) return open(path, ...options);
    const stream = open(window.path, ...options);
    stream.window = window;
    return stream;
  };
  files.stat = (path, dontFollow) => stat(windows.get(path)?.path ?? path, dontFollow);
  files.fstat = (fd) => {
    const facts = fstat(fd);
    const window = files.getStream(fd)?.window;
    if (window !== undefined) facts.size = window.size;
    return facts;
  };
  files.llseek = (stream, offset, whence) =>
    stream.window !== undefined && whence === fromEnd
      ? llseek(stream, stream.window.size + offset, 0)
      : llseek(stream, offset, whence);
  files.read = (stream, buffer, ...range) => {
    if (stream.window === undefined) return read(stream, buffer, ...range);
    const [offset, length, position = stream.position] = range;
    const room = Math.max(0, Math.min(length, stream.window.size - position));
    const count = read(stream, buffer, offset, room, position + stream.window.offset);
    if (range[2] === undefined) stream.position += count;
    return count;
  };

  return (window) => {
    // Not a path that can exist: the file is no folder.
    const path = `${window.path}/${window.offset}-${window.size}`;
    windows.set(path, window);
    return path;
  };
}
