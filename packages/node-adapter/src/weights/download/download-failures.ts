import { DownloadError } from '@graft-ml/core';
import { RedirectError } from './http-client.js';

/** What a message needs to know of a download. */
export interface DownloadSubject {
  /** The file's name. */
  readonly name: string;
  /** Where it comes from. */
  readonly address: string;
  /** Where it goes to. */
  readonly folder: string;
}

/** A failure that another attempt may not meet. */
export class PassingFailure extends Error {
  override readonly name = 'PassingFailure';
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly reason: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(reason, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** One line: what was wanted, why it failed, what to do. */
export function downloadFailure(subject: DownloadSubject, reason: string, cause?: unknown): DownloadError {
  const { name, address, folder } = subject;
  return new DownloadError(
    `cannot fetch ${name} from ${address}: ${reason}; check the network and HTTPS_PROXY, set GRAFT_WEIGHTS_MIRROR ` +
      `to another address, or put the file into ${folder}`,
    { cause, subject: address },
  );
}

/** The error for a folder that cannot be written; undefined if `cause` is none of the file system's. */
export function diskFailure(subject: DownloadSubject, cause: unknown): DownloadError | undefined {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (code === undefined || !diskCodes.has(code) || syscall === 'connect') return undefined;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const reason = full ? `no space is left in ${subject.folder}` : `${subject.folder} cannot be written (${code})`;
  return new DownloadError(
    `cannot keep ${subject.name}: ${reason}; ${full ? 'free space there' : 'check its permissions'}, ` +
      'or set GRAFT_CACHE to another folder',
    { cause, subject: subject.folder },
  );
}

/** The error for a disk with less space than the file needs. */
export function tooLittleSpace(subject: DownloadSubject, needed: number, free: number): DownloadError {
  return new DownloadError(
    `cannot keep ${subject.name}: it needs ${Math.ceil(needed / 1e6)} MB more, but no space is left in ` +
      `${subject.folder} beyond ${Math.floor(free / 1e6)} MB; free space there, or set GRAFT_CACHE to another folder`,
    { subject: subject.folder },
  );
}

/** Says what a connection's error means: a failure that may pass, or the error to end with. */
export function connectionFailure(subject: DownloadSubject, cause: unknown): PassingFailure | DownloadError {
  if (cause instanceof RedirectError) return downloadFailure(subject, cause.message, cause);
  const { code = '', message } = cause as NodeJS.ErrnoException;
  if (certificateCodes.test(code)) {
    return downloadFailure(
      subject,
      `its certificate is not trusted (${code}); if a proxy of yours issues it, name the file of that authority in ` +
        'NODE_EXTRA_CA_CERTS',
      cause,
    );
  }
  const proxyStatus = /Proxy response \((\d+)\)/.exec(message)?.[1];
  if (proxyStatus !== undefined) {
    return downloadFailure(subject, `the proxy of HTTPS_PROXY answers with status ${proxyStatus}`, cause);
  }
  const host = new URL(subject.address).host;
  const reason = connectionReasons[code]?.(host) ?? `the connection to ${host} broke (${code || message})`;
  return new PassingFailure(reason, { cause });
}

const connectionReasons: Readonly<Record<string, (host: string) => string>> = {
  EAI_AGAIN: (host) => `the name ${host} cannot be resolved, as without a network`,
  ENOTFOUND: (host) => `the name ${host} cannot be resolved, as without a network`,
  ECONNREFUSED: (host) => `${host} refuses connections, or a proxy before it does`,
  EHOSTUNREACH: (host) => `${host} cannot be reached`,
  ENETUNREACH: (host) => `${host} cannot be reached`,
  UND_ERR_CONNECT_TIMEOUT: (host) => `${host} does not answer`,
  ETIMEDOUT: (host) => `${host} does not answer`,
};

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;
// By code, for sockets too fail in 'read' and 'write'.
const diskCodes = new Set([
  ...['EACCES', 'EBUSY', 'EDQUOT', 'EEXIST', 'EFBIG', 'EIO', 'EISDIR', 'ELOOP', 'EMFILE', 'ENAMETOOLONG', 'ENFILE'],
  ...['ENOENT', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'],
]);
