// The jobs that are killed: every command that writes, on small inputs.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';

/**
 * @param given - The fixture, and `address`: where {@link slowMirror} listens.
 * @returns For each job what makes its words for an output folder, and what it needs in the environment.
 */
export function killableJobs({ dataset, model, weights, address }) {
  const network = ['--backbone', 'squeezenet', '--weights', weights['.safetensors'], '--input-size', '64'];
  const training = [...network, '--validation-size', '0.2', '--no-report', '--resume'];
  const modelAt = (out) => ['--out', join(out, 'model'), '--json'];
  const views = ['--augment', 'rotation=10', '--views', '3'];
  const tuning = [...views, '--epochs', '5', '--fine-tune', 'fire9', '--fine-tune-epochs', '6'];
  const words = {
    train: (out) => ['train', dataset, ...training, '--epochs', '40', ...modelAt(out)],
    'fine-tune': (out) => ['train', dataset, ...training, ...tuning, ...modelAt(out)],
    report: (out) => ['train', dataset, '--epochs', '2', ...modelAt(out)],
    extract: (out) => ['extract', dataset, ...network, '--out', join(out, 'features.npy'), '--json'],
    'predict to CSV': (out) => ['predict', model, dataset, '--csv', join(out, 'predictions.csv'), '--json'],
    'export a file': (out) => ['export', model, '--format', 'onnx', '--out', join(out, 'model.onnx'), '--json'],
    'export a folder': (out) => ['export', model, '--format', 'tfjs', '--out', join(out, 'web'), '--json'],
    'weights fetch': () => ['weights', 'fetch', mirrored.backbone],
  };
  const environment = { 'weights fetch': { GRAFT_WEIGHTS_MIRROR: address } };
  return Object.entries(words).map(([job, command]) => ({ job, command, environment: environment[job] ?? {} }));
}

/** The published file of a network whose hash the server states, so that any bytes will do. */
const mirrored = { backbone: 'mobilenetv2', bytes: 9_406_464 };

/** Serves HDF5's signature and noise in about a second, so that a kill can hit it; goes on where a client left off. */
export async function slowMirror() {
  const body = createHash('shake256', { outputLength: mirrored.bytes }).update('weights').digest();
  body.write('\x89HDF\r\n\x1a\n', 'latin1');
  const md5 = createHash('md5').update(body).digest('base64');
  const server = createServer((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': body.length - from,
      etag: '"weights"',
      'x-goog-hash': `md5=${md5}`,
      ...(from > 0 && { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
    });
    let at = from;
    const timer = setInterval(() => {
      response.write(body.subarray(at, at + 300_000));
      at += 300_000;
      if (at < body.length) return;
      clearInterval(timer);
      response.end();
    }, 30);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
