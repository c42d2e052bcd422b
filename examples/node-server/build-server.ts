import { detectImageFormat, isGraftError, type Predictor } from '@graft-ml/node-adapter';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { BoundedQueue, QueueFullError } from './bounded-queue.js';

/** Limits of {@link buildServer}. */
export interface ServerOptions {
  /** The largest upload in bytes. Default: 10 MB. */
  readonly maxBytes?: number;
  /** Milliseconds within which a request must have arrived as a whole. Default: 10,000. */
  readonly requestTimeout?: number;
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
 * too many wait, and 408 to a client that sends too slowly. Closing it finishes what it took.
 *
 * @param predictor - Made by `openPredictor`; the caller disposes it, after the server is closed.
 */
export function buildServer(predictor: Predictor, options: ServerOptions = {}): FastifyInstance {
  const { maxBytes = 10_000_000, requestTimeout = 10_000, queueCapacity = 64, logger = false } = options;
  const queue = new BoundedQueue({ concurrency: 1, capacity: queueCapacity });
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
  server.post('/predict', async (request, reply) => {
    const image = request.body;
    if (!Buffer.isBuffer(image) || detectImageFormat(image) === undefined) {
      return reply.code(415).send({ error: 'the body is no image; send JPEG, PNG, WebP, TIFF, GIF, AVIF or DICOM' });
    }
    const { predictions } = await queue.run(() => predictor.predict([image]), abandonment(reply));
    const [prediction] = predictions;
    return { label: prediction?.label, scores: prediction?.scores };
  });
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
  // An image that cannot be decoded is the sender's; anything else that graft reports is ours.
  if (isGraftError(error) && error.code === 'DATASET') return reply.code(422).send({ error: error.message });
  const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string };
  if (statusCode >= 500) reply.log.error(error);
  // What went wrong inside is for the log, not for whoever asked.
  return reply.code(statusCode).send({ error: statusCode < 500 ? message : 'the prediction failed' });
}
