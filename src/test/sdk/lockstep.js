'use strict';

const { createHmac, randomUUID } = require('node:crypto');
const net = require('node:net');
const { after } = require('node:test');

// The server, an account of it with a key, and which version of the SDK is tested.
const { SERVER_URL, ACCOUNT_SID, AUTH_TOKEN, KEY_SID, KEY_SECRET, SDK } = process.env;
const { SyncClient } = require(SDK);

const clients = [];
const relays = [];

after(async () => {
  await Promise.allSettled(clients.map((client) => client.shutdown()));
  relays.forEach((relay) => relay.close());
});

/** A name that nothing has yet. */
function unused(word = 'name') {
  return `${word}-${randomUUID()}`;
}

/** As a customer's backend mints it. */
function token(identity, seconds = 3600, service = 'default') {
  const now = Math.floor(Date.now() / 1000);
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' })}.${encode({
    jti: `${KEY_SID}-${now}`,
    iss: KEY_SID,
    sub: ACCOUNT_SID,
    exp: now + seconds,
    grants: { identity, data_sync: { service_sid: service } },
  })}`;
  return `${signed}.${createHmac('sha256', KEY_SECRET).update(signed).digest('base64url')}`;
}

/** A client of the SDK; the options that point it at the server are those of the README. */
function connect(identity = unused('identity'), { accessToken = token(identity), url = SERVER_URL, ...options } = {}) {
  const client = new SyncClient(accessToken, {
    twilsock: { uri: `${url.replace(/^http/, 'ws')}/v3/wsconnect` },
    cdsUri: url,
    retryPolicy: { min: 50, max: 200, randomness: 0.2 },
    ...options,
  });
  clients.push(client);
  if (process.env.ACCESS_CONTROL === 'on') {
    ['document', 'list', 'map'].forEach((kind) => letIn(client, kind, identity));
  }
  return client;
}

/** As a backend does it that keeps objects to those who ask for them: who is refused is given every right. */
function letIn(client, kind, identity) {
  const open = client[kind].bind(client);
  client[kind] = (options) => open(options).catch(async (error) => {
    const name = options.id ?? options;
    if (error.code !== 54007) {
      throw error;
    }
    const path = `/${kind[0].toUpperCase()}${kind.slice(1)}s/${name}/Permissions/${identity}`;
    await rest('POST', path, { Read: true, Write: true, Manage: true });
    return open(options);
  });
}

/** The next event of a name that fits, within five seconds. */
function next(emitter, event, fits = () => true, seconds = 5) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      emitter.removeListener(event, listener);
      reject(new Error(`no ${event} within ${seconds} s`));
    }, seconds * 1000);
    const listener = (value) => {
      if (fits(value)) {
        clearTimeout(timer);
        emitter.removeListener(event, listener);
        resolve(value);
      }
    };
    emitter.on(event, listener);
  });
}

/** Waits until something holds. */
async function until(holds, what, seconds = 10) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`${what} does not hold after ${seconds} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Resolves when the server has an object's subscription: a write of somebody else's is told from then on. */
async function followed(...objects) {
  await until(() => objects.every((object) => state(object) === 'established'), 'a subscription');
}

function state(object) {
  const entity = Object.values(object).find((value) => value && value.subscriptionState !== undefined) ?? object;
  return entity.subscriptionState;
}

/** By REST, as the backend does it. */
async function rest(method, path, form) {
  const response = await fetch(`${SERVER_URL}/v1/Services/default${path}`, {
    method,
    headers: { Authorization: `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}` },
    body: form && new URLSearchParams(form),
  });
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
  return response.status === 204 ? null : response.json();
}

/** A way to the server that can be cut. */
class Relay {
  static async open() {
    const relay = new Relay();
    const server = new URL(SERVER_URL);
    relay.sockets = new Set();
    relay.cut = false;
    relay.listener = net.createServer((client) => {
      if (relay.cut) {
        client.destroy();
        return;
      }
      const upstream = net.connect(server.port, server.hostname);
      for (const [from, to] of [[client, upstream], [upstream, client]]) {
        relay.sockets.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => relay.sockets.delete(from) && to.destroy());
      }
    });
    await new Promise((resolve) => relay.listener.listen(0, '127.0.0.1', resolve));
    relay.url = `http://127.0.0.1:${relay.listener.address().port}`;
    relays.push(relay);
    return relay;
  }

  /** Ends what is connected; new connections are refused until it is mended. */
  break() {
    this.cut = true;
    this.drop();
  }

  drop() {
    this.sockets.forEach((socket) => socket.destroy());
  }

  mend() {
    this.cut = false;
  }

  close() {
    this.drop();
    this.listener.close();
  }
}

module.exports = { SERVER_URL, ACCOUNT_SID, SDK, Relay, connect, followed, next, rest, token, until, unused };
