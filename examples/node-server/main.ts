// A service around a saved model: npm start -- MODEL [PORT]
import { openPredictorThread } from '@graft-ml/node-adapter';
import { buildServer } from './build-server.js';

const [folder, port = '3000'] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: npm start -- MODEL [PORT], where MODEL is a folder that graft train --out wrote');
  process.exit(2);
}

// On a thread of its own: the event loop is there for requests. A service sees each image once, so nothing is cached.
const predictor = await openPredictorThread(folder, { cache: false, handOver: true });
const server = buildServer(predictor, { logger: true });

async function close(): Promise<void> {
  await server.close();
  await predictor.dispose();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close());

await server.listen({ port: Number(port), host: '127.0.0.1' });
