'use strict';

// Clients whose sockets are dropped at random, while clients and backends change what all of them follow. The server may
// be killed and started again meanwhile. In the end every client has to show what is stored, and nothing was told twice.

const assert = require('node:assert/strict');
const { Relay, connect, followed, rest, until } = require('./lockstep');

const { SEED, SECONDS, CLIENTS } = process.env;
const KEYS = 12;

// Of a line of numbers that a seed begins; what the operating system does in between is not in its hands.
let state = Number(SEED) >>> 0;
function random(below) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
let written = 0;
let refused = 0;
let errors = 0; // of the server's

/** What one client shows, made of what it has read at first and of the events since. */
class View {
  static async open(number) {
    const view = new View();
    view.number = number;
    view.seen = new Set();
    view.history = []; // of what is told when something is wrong
    view.relay = await Relay.open();
    view.client = connect(`client-${number}`, { url: view.relay.url });
    view.client.on('connectionStateChanged', (to) => view.history.push(`state ${to}`));
    view.document = await view.client.document('shared');
    view.collections = { list: await view.client.list('shared'), map: await view.client.map('shared') };
    view.items = { list: new Map(), map: new Map() };
    view.document.on('updated', ({ data }) => view.once('document', '', data));
    for (const [kind, collection] of Object.entries(view.collections)) {
      const items = view.items[kind];
      const set = (what) => ({ item }) => {
        const key = item.key ?? item.index;
        view.once(`${kind} ${what}`, key, item.data);
        items.set(key, item.data);
      };
      collection.on('itemAdded', set('set'));
      collection.on('itemUpdated', set('set'));
      collection.on('itemRemoved', ({ key, index, previousItemData }) => {
        view.once(`${kind} removed`, key ?? index, previousItemData);
        items.delete(key ?? index);
      });
    }
    await followed(view.document, ...Object.values(view.collections));
    return view;
  }

  /** Every write has data of its own. */
  once(what, key, data) {
    const told = `${what} ${key} ${JSON.stringify(data)}`;
    this.history.push(told);
    const about = () => this.history.filter((each) => each.includes(` ${key} `) || each.startsWith('state')).slice(-40);
    assert.ok(!this.seen.has(told), `${this.number} was told twice: ${told}, of ${about().join('; ')}`);
    this.seen.add(told);
  }

  shows(stored) {
    return (
      JSON.stringify(this.document.data) === JSON.stringify(stored.document) &&
      ['list', 'map'].every((kind) => {
        const items = this.items[kind];
        const expected = stored[kind];
        return (
          items.size === expected.length &&
          expected.every(([key, data]) => JSON.stringify(items.get(key)) === JSON.stringify(data))
        );
      })
    );
  }
}

/** A write may fail while the server is down, or be done without an answer: what is stored decides. */
async function attempt(write) {
  try {
    await write({ n: ++written });
  } catch (error) {
    refused++;
    errors += /: 5\d\d /.test(error.message) ? 1 : 0;
    await sleep(20);
  }
}

function byRest() {
  const key = random(KEYS);
  return attempt((data) => {
    const Data = JSON.stringify(data);
    switch (random(6)) {
      case 0:
        return rest('POST', '/Documents/shared', { Data });
      case 1:
        return rest('POST', '/Lists/shared/Items', { Data });
      case 2:
        return rest('DELETE', `/Lists/shared/Items/${random(written)}`);
      case 3:
        return rest('DELETE', `/Maps/shared/Items/key-${key}`);
      default:
        return rest('POST', '/Maps/shared/Items', { Key: `key-${key}`, Data }).catch(() =>
          rest('POST', `/Maps/shared/Items/key-${key}`, { Data }),
        );
    }
  });
}

/** Removals are left to others: a client whose socket drops behind its own is told it once more, by the SDK's design. */
function bySdk({ document, collections }) {
  return attempt((data) => {
    switch (random(4)) {
      case 0:
        return document.mutate(() => data);
      case 1:
        return collections.list.push(data);
      default:
        return collections.map.set(`key-${random(KEYS)}`, data);
    }
  });
}

async function all(path, key) {
  const items = [];
  for (let url = `${path}?PageSize=100`; url; ) {
    const page = await rest('GET', url);
    items.push(...page.items.map((item) => [item[key], item.data]));
    url = page.meta.next_page_url && page.meta.next_page_url.replace(/^.*\/v1\/Services\/default/, '');
  }
  return items;
}

async function main() {
  await rest('POST', '/Documents', { UniqueName: 'shared', Data: '{"n":0}' });
  await rest('POST', '/Lists', { UniqueName: 'shared' });
  await rest('POST', '/Maps', { UniqueName: 'shared' });
  const views = await Promise.all(Array.from({ length: Number(CLIENTS) }, (_, number) => View.open(number)));
  console.log('running');

  const deadline = Date.now() + Number(SECONDS) * 1000;
  const loop = async (work, pause) => {
    while (Date.now() < deadline) {
      await work();
      await sleep(random(pause));
    }
  };
  let drops = 0;
  await Promise.all([
    loop(byRest, 20),
    loop(byRest, 20),
    loop(() => bySdk(views[0]), 20),
    loop(() => bySdk(views[random(views.length)]), 40),
    loop(async () => {
      drops++;
      views[random(views.length)].relay.drop();
    }, 300),
  ]);

  console.log('written');
  const writtenAt = Date.now();
  let stored;
  await until(async () => {
    stored = await rest('GET', '/Documents/shared')
      .then(async ({ data }) => ({
        document: data,
        list: await all('/Lists/shared/Items', 'index'),
        map: await all('/Maps/shared/Items', 'key'),
      }))
      .catch(() => null);
    return stored !== null && views.every((view) => view.shows(stored));
  }, 'that every view is what is stored', 30).catch((error) => {
    for (const view of views.filter((each) => !each.shows(stored))) {
      console.log(view.number, JSON.stringify(view.document.data), JSON.stringify([...view.items.list]), JSON.stringify([...view.items.map]));
      console.log(view.history.join('\n'));
    }
    console.log('stored', JSON.stringify(stored));
    throw error;
  });
  const millis = Date.now() - writtenAt;
  const told = views.reduce((sum, view) => sum + view.seen.size, 0);
  console.log(`seed ${SEED}: ${written} writes, ${refused} failed, ${errors} by REST with 5xx, ${drops} drops, ${told} told, ${stored.list.length} + ${stored.map.length} items, equal after ${millis} ms`);
  process.exit(0);
}

process.on('uncaughtException', (error) => {
  console.log(`seed ${SEED}:`, error);
  process.exit(1);
});
main().catch((error) => {
  console.log(`seed ${SEED}:`, error);
  process.exit(1);
});
