import type { IncomingMessage } from 'node:http';
import { detectImageFormat, type Predictor } from '@graft-ml/node-adapter';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Newcomers } from './newcomers.js';
import { PredictionQueue, QueueFullError, UnreadableImageError } from './prediction-queue.js';
import { readUpload, statedLength } from './read-upload.js';
import { RefusedUploads } from './refused-uploads.js';
import { Turns } from './turns.js';
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
/** Requests that go on in one turn of the event loop. */
const REQUESTS_PER_TURN = 16;
/** Milliseconds for a client to take the answer to an upload that was refused, and for one to ask that came as the server closes. */
const PATIENCE = 2000;

/**
 * A service around a saved model.
 *
 * - `POST /predict` with an image as its body → `{ label, scores }`
 * - `GET /model` → the classes; `GET /health` → 200 while the process lives; `GET /ready` → 503 once it is closing
 *
 * It answers 413 for what is too large, 415 for what is no image, 422 for an image that is damaged, 503 with `Retry-After` when
 * too many wait or arrive, and 408 to a client that sends too slowly. Closing it finishes what it took, and refuses with 503 what
 * comes meanwhile.
 *
 * @param predictor - Made by `openPredictorThread`, so that its work does not block this thread; the caller disposes it, after the
 *   server is closed.
 */
export function buildServer(predictor: Predictor, options: ServerOptions = {}): FastifyInstance {
  const { maxBytes = 10_000_000, requestTimeout = 10_000, queueCapacity = 64, logger = false } = options;
  const queue = new PredictionQueue(predictor, { batchSize: 8, batchesAtOnce: 2, capacity: queueCapacity });
  const uploads = new UploadBudget(options.maxBytesAtOnce ?? 200_000_000);
  const turns = new Turns(REQUESTS_PER_TURN);
  const refused = new RefusedUploads(PATIENCE);
  let isClosing = false;
  const server = Fastify({
    logger,
    requestTimeout,
    // A connection on which nothing happens is not kept.
    connectionTimeout: 2 * requestTimeout,
    // What comes while it closes is refused below, as anything else that is refused.
    return503OnClosing: false,
    http: { headersTimeout: requestTimeout, connectionsCheckingInterval: Math.min(1000, requestTimeout) },
  });
  const newcomers = new Newcomers(server.server);

  server.removeAllContentTypeParsers();
  server.addContentTypeParser(IMAGE_TYPES, (_request: FastifyRequest, body: IncomingMessage) =>
    readUpload(body, { most: maxBytes }),
  );
  server.setErrorHandler(answerFailure);
  server.addHook('onSend', async ({ raw }, reply) => {
    if (raw.complete) return;
    reply.header('connection', 'close');
    refused.add(raw);
  });
  server.addHook('preClose', async () => {
    isClosing = true;
    await queue.drain();
    await newcomers.settle(PATIENCE);
    // From here on Node watches no time limits any more: what arrives slowly shall not keep it open.
    setTimeout(() => void queue.drain().then(() => server.server.closeAllConnections()), requestTimeout).unref();
  });

  server.get('/health', () => ({ status: 'ok' }));
  server.get('/ready', (_request, reply) => {
    if (isClosing) return reply.code(503).send({ status: 'closing' });
    return reply.send({ status: 'ready', waiting: queue.length });
  });
  server.get('/model', () => ({ classNames: predictor.classNames }));
  server.post('/predict', { onRequest: admit }, async (request, reply) => {
    const image = request.body;
    if (!(image instanceof Uint8Array) || detectImageFormat(image) === undefined) {
      return reply.code(415).send({ error: 'the body is no image; send JPEG, PNG, WebP, TIFF, GIF, AVIF or DICOM' });
    }
    const { label, scores } = await queue.predict(image, abandonment(reply));
    return { label, scores };
  });

  /** Before the body is read: what is refused takes no memory. */
  async function admit({ raw }: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    await turns.next();
    if (isClosing) return refuse(reply, 1, 'the server is closing; try again');
    if (queue.isFull) return refuse(reply, queue.retryAfter, 'too many images are waiting; try again later');
    const release = uploads.take(Math.min(statedLength(raw) ?? maxBytes, maxBytes));
    if (release === undefined) return refuse(reply, 1, 'too many images are being sent; try again later');
    reply.raw.once('close', release);
    return undefined;
  }
  return server;
}

function refuse(reply: FastifyReply, retryAfter: number, error: string): FastifyReply {
  return reply.code(503).header('retry-after', retryAfter).send({ error });
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
  if (error instanceof QueueFullError) return refuse(reply, error.retryAfter, error.message);
  if (error instanceof UnreadableImageError) return reply.code(422).send({ error: error.message });
  const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string };
  if (statusCode >= 500) reply.log.error(error);
  // What went wrong inside is for the log, not for whoever asked.
  return reply.code(statusCode).send({ error: statusCode < 500 ? message : 'the prediction failed' });
}
