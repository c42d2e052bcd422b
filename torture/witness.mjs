// Loaded into each `graft` process by `--import`: notes what it asked of the network, and at its end time and memory.
import dgram from 'node:dgram';
import dns from 'node:dns';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.env.GRAFT_WITNESS) {
  const requests = [];
  const note = (kind, what) => requests.push(`${kind} ${typeof what === 'string' ? what : JSON.stringify(what)}`);

  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...args) {
    const [first] = Array.isArray(args[0]) ? args[0] : args;
    // A pipe is no network.
    if (typeof first !== 'string' && first?.path === undefined) note('connect', first);
    return connect.apply(this, args);
  };
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
    const ask = dns[name];
    dns[name] = (host, ...rest) => {
      note('dns', host);
      return ask(host, ...rest);
    };
  }
  const send = dgram.Socket.prototype.send;
  dgram.Socket.prototype.send = function (...args) {
    note('datagram', 'sent');
    return send.apply(this, args);
  };

  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    writeFileSync(
      process.env.GRAFT_WITNESS,
      JSON.stringify({
        processorSeconds: (userCPUTime + systemCPUTime) / 1e6,
        megabytes: maxRSS / 1024,
        requests,
      }),
    );
  });
}
