// Reads from the database in a folder, says so, and stays in the middle of it until it is killed.
import { createRequire } from 'node:module';

const { open } = createRequire(new URL('../../packages/node-adapter/package.json', import.meta.url))('lmdb');
const database = open({ path: process.argv[2], encoding: 'binary' });
const reading = database.useReadTransaction();
database.get('a key', { transaction: reading });
process.stdout.write('reading\n');
setInterval(() => undefined, 1000);
