// A service around a saved model: npm start -- MODEL [PORT]
import { nodeRuntime, openPredictor } from '@graft-ml/node-adapter';
import { buildServer } from './build-server.js';

const [folder, port = '3000'] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: npm start -- MODEL [PORT], where MODEL is a folder that graft train --out wrote');
  process.exit(2);
}

const runtime = nodeRuntime({ cache: false });
const predictor = await openPredictor(folder, { runtime });
const server = buildServer(predictor, { logger: true });

async function close(): Promise<void> {
  await server.close();
  await predictor.dispose();
  await runtime.close();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close());

await server.listen({ port: Number(port), host: '127.0.0.1' });
