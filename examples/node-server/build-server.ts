import { detectImageFormat, type Predictor } from '@graft-ml/node-adapter';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { PredictionQueue, QueueFullError, UnreadableImageError } from './prediction-queue.js';
import { UploadBudget } from './upload-budget.js';

/** Limits of {@link buildServer}. */
export interface ServerOptions {
  /** The largest upload in bytes. Default: 10 MB. */
  readonly maxBytes?: number;
  /** Milliseconds within which a request must have arrived as a whole. Default: 10,000. */
  readonly requestTimeout?: number;
  /** Bytes of all uploads that are held at once; one that does not fit is answered 503. Default: 200 MB. */
  readonly maxBytesAtOnce?: number;
  /** Images that wait at once; one more is answered 503. Default: 64. */
  readonly queueCapacity?: number;
  /** Whether requests are logged to standard output, as JSON lines. Default: false. */
  readonly logger?: boolean;
}

const IMAGE_TYPES = /^(image\/(jpeg|png|webp|tiff|gif|avif)|application\/(dicom|octet-stream))$/;

/**
 * A service around a saved model.
 *
 * - `POST /predict` with an image as its body → `{ label, scores }`
 * - `GET /model` → the classes; `GET /health` → 200 while the process lives; `GET /ready` → 503 once it is closing
 *
 * It answers 413 for what is too large, 415 for what is no image, 422 for an image that is damaged, 503 with `Retry-After` when
 * too many wait or arrive, and 408 to a client that sends too slowly. Closing it finishes what it took.
 *
 * @param predictor - Made by `openPredictor`; the caller disposes it, after the server is closed.
 */
export function buildServer(predictor: Predictor, options: ServerOptions = {}): FastifyInstance {
  const { maxBytes = 10_000_000, requestTimeout = 10_000, queueCapacity = 64, logger = false } = options;
  const queue = new PredictionQueue(predictor, { batchSize: 8, batchesAtOnce: 2, capacity: queueCapacity });
  const uploads = new UploadBudget(options.maxBytesAtOnce ?? 200_000_000);
  const server = Fastify({
    logger,
    bodyLimit: maxBytes,
    requestTimeout,
    // A connection on which nothing happens is not kept.
    connectionTimeout: 2 * requestTimeout,
    forceCloseConnections: 'idle',
    http: { headersTimeout: requestTimeout, connectionsCheckingInterval: Math.min(1000, requestTimeout) },
  });

  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>(IMAGE_TYPES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.setErrorHandler(answerFailure);
  // From here on Fastify answers 503 itself; what was taken is finished first.
  server.addHook('preClose', () => queue.drain());

  server.get('/health', () => ({ status: 'ok' }));
  server.get('/ready', () => ({ status: 'ready', waiting: queue.length }));
  server.get('/model', () => ({ classNames: predictor.classNames }));
  server.post('/predict', { onRequest: reserve }, async (request, reply) => {
    const image = request.body;
    if (!Buffer.isBuffer(image) || detectImageFormat(image) === undefined) {
      return reply.code(415).send({ error: 'the body is no image; send JPEG, PNG, WebP, TIFF, GIF, AVIF or DICOM' });
    }
    const { label, scores } = await queue.predict(image, abandonment(reply));
    return { label, scores };
  });

  /** Before the body is read: what is refused takes no memory. */
  async function reserve({ headers }: FastifyRequest, { raw }: FastifyReply): Promise<void> {
    const stated = Number(headers['content-length']);
    const release = uploads.take(Number.isNaN(stated) ? maxBytes : Math.min(stated, maxBytes));
    if (release === undefined) throw new QueueFullError(1);
    raw.once('close', release);
  }
  return server;
}

/** Aborted once the client has gone before it was answered. */
function abandonment({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

function answerFailure(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof QueueFullError) {
    return reply.code(503).header('retry-after', error.retryAfter).send({ error: error.message });
  }
  if (error instanceof UnreadableImageError) return reply.code(422).send({ error: error.message });
  const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string };
  if (statusCode >= 500) reply.log.error(error);
  // What went wrong inside is for the log, not for whoever asked.
  return reply.code(statusCode).send({ error: statusCode < 500 ? message : 'the prediction failed' });
}
