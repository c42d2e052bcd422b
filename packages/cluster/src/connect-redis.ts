import { ClusterError, reasonOf } from '@graft-ml/node-adapter';
import { Redis } from 'ioredis';

/** How {@link connectRedis} behaves. */
export interface ConnectOptions {
  /** Told once when Redis does not answer any more, and once when it does again. */
  readonly onNote?: ((message: string) => void) | undefined;
}

/** How long the first answer may take. */
const PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 2000;

/**
 * An answer that takes so long does not come any more: a cable that is pulled says nothing, and the system would wait for a
 * quarter of an hour. Workers ask at least every ten seconds.
 */
const SILENCE_MS = 30_000;

/**
 * Connects to Redis or Valkey. Once it has answered, a connection that breaks is made again and again, and what was asked
 * meanwhile is asked then.
 *
 * @param url - `redis://[[user]:password@]host[:port][/database]`, or `rediss:` for TLS.
 * @throws RangeError for another kind of address; ClusterError if nobody answers, or the password is refused.
 */
export async function connectRedis(url: string, { onNote }: ConnectOptions = {}): Promise<Redis> {
  const name = nameOf(url);
  let wasReady = false;
  let isAway = false;
  let refusal: unknown;
  let hasEnded = false;
  const redis = new Redis(url, {
    // BullMQ's workers ask for it: a command waits for its answer for as long as it takes.
    maxRetriesPerRequest: null,
    connectTimeout: PATIENCE_MS,
    socketTimeout: SILENCE_MS,
    // Connections that BullMQ makes after this one's pattern end with it.
    retryStrategy: (times) =>
      wasReady && !hasEnded ? Math.min(50 * 2 ** Math.min(times, 10), LONGEST_PAUSE_MS) : null,
  });
  redis.on('end', () => {
    hasEnded = true;
  });
  redis.on('error', (error: unknown) => {
    refusal ??= error;
    if (!wasReady || isAway) return;
    isAway = true;
    onNote?.(`Redis at ${name} does not answer (${reasonOf(error)}); waiting for it`);
  });
  redis.on('ready', () => {
    wasReady = true;
    if (isAway) onNote?.(`Redis at ${name} answers again`);
    isAway = false;
  });
  try {
    await withPatience(redis.ping());
    return redis;
  } catch (error) {
    redis.disconnect();
    throw new ClusterError(explain(refusal ?? error, name), { subject: name, cause: refusal ?? error });
  }
}

async function withPatience(answer: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} seconds`)), PATIENCE_MS);
  });
  try {
    await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The address without its password. */
function nameOf(url: string): string {
  if (!URL.canParse(url) || !/^rediss?:\/\//.test(url)) {
    const shown = url.replace(/\/\/[^/]*@/, '//…@');
    throw new RangeError(
      `${JSON.stringify(shown)} is no address of Redis; expected redis://host:6379, or rediss:// for TLS`,
    );
  }
  const { protocol, hostname, port } = new URL(url);
  return `${protocol}//${hostname}:${port === '' ? '6379' : port}`;
}

function explain(error: unknown, name: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (/WRONGPASS|NOAUTH|invalid password|without any password/i.test(message)) {
    return `Redis at ${name} refuses the password; pass it in the address, redis://:PASSWORD@host:6379`;
  }
  if (/SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/.test(code ?? '')) {
    return `the certificate of Redis at ${name} is of nobody known here (${message}); name its authority in NODE_EXTRA_CA_CERTS=ca.pem`;
  }
  if (/^(CERT_|ERR_TLS_CERT_)/.test(code ?? '')) {
    return `the certificate of Redis at ${name} is refused: ${message}; make one that is valid, for the name in the address`;
  }
  if (code === 'ENOTFOUND') return `no Redis answers at ${name}: there is no such host; check the address`;
  if (code === 'ECONNREFUSED') return `no Redis answers at ${name}; start one (redis-server), or check the address`;
  const hint = name.startsWith('redis://')
    ? 'if it speaks TLS, write rediss://'
    : 'if it speaks no TLS, write redis://';
  return `no Redis answers at ${name}: ${message}; check the address and the network; ${hint}`;
}
