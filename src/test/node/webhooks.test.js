'use strict';

const assert = require('node:assert/strict');
const { createServer } = require('node:http');
const { after, before, describe, it } = require('node:test');
const { validateRequest } = require('twilio');
const { AUTH_TOKEN, client } = require('./lockstep');

const { services } = client().sync.v1;
const DATA = { name: 'Zoë & 😀 + 100 %', next: { nothing: null } };
const KINDS = ['document', 'list', 'map', 'stream'];
const EVENTS = [
  ...KINDS.map((kind) => `${kind}_created`),
  ...KINDS.map((kind) => `${kind}_removed`),
  'document_updated',
  ...['added', 'updated', 'removed'].flatMap((what) => [`list_item_${what}`, `map_item_${what}`]),
  'stream_message_published',
];

let receiver;
let received;
let url;

before(async () => {
  receiver = createServer(receive).listen(0, '127.0.0.1');
  await new Promise((listening) => receiver.once('listening', listening));
  url = `http://127.0.0.1:${receiver.address().port}/hook?tenant=blue&x=%20`;
  received = await webhooksOf(EVENTS.length, everything);
});

after(() => {
  receiver.close();
  receiver.closeAllConnections?.();
});

let take; // what is done with each webhook

function receive(request, response) {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(204).end();
    take({
      signature: request.headers['x-twilio-signature'],
      parameters: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())),
    });
  });
}

/** Returns as many webhooks as there should be of what is done. */
async function webhooksOf(count, done) {
  const all = [];
  const complete = new Promise((resolve) => {
    take = (webhook) => all.push(webhook) === count && resolve();
  });
  await done();
  await complete;
  return all;
}

async function everything() {
  const { sid } = await services.create({ webhookUrl: `${url}#rc=3`, webhooksFromRestEnabled: true });
  const { documents, syncLists, syncMaps, syncStreams } = services(sid);
  await documents.create({ uniqueName: 'name', data: DATA });
  await documents('name').update({ data: DATA });
  await documents('name').remove();
  await syncLists.create({ uniqueName: 'name' });
  await syncLists('name').syncListItems.create({ data: DATA });
  await syncLists('name').syncListItems(0).update({ data: DATA });
  await syncLists('name').syncListItems(0).remove();
  await syncLists('name').remove();
  await syncMaps.create({ uniqueName: 'name' });
  await syncMaps('name').syncMapItems.create({ key: 'key', data: DATA });
  await syncMaps('name').syncMapItems('key').update({ data: DATA });
  await syncMaps('name').syncMapItems('key').remove();
  await syncMaps('name').remove();
  await syncStreams.create({ uniqueName: 'name' });
  await syncStreams('name').streamMessages.create({ data: DATA });
  await syncStreams('name').remove();
}

describe('a webhook', () => {
  it('is sent for every event', () => {
    const events = received.map(({ parameters }) => parameters.EventType);

    assert.deepEqual(events.sort(), [...EVENTS].sort());
  });

  it('is taken by validateRequest, whichever its event', () => {
    for (const { signature, parameters } of received) {
      assert.ok(validateRequest(AUTH_TOKEN, signature, url, parameters), parameters.EventType);
    }
  });

  it('is refused once a byte is changed', () => {
    for (const { signature, parameters } of received) {
      for (const [name, value] of Object.entries(parameters)) {
        const changed = { ...parameters, [name]: `${value}x` };
        assert.ok(!validateRequest(AUTH_TOKEN, signature, url, changed), `${name} of ${parameters.EventType}`);
      }
      assert.ok(!validateRequest(AUTH_TOKEN, signature, url.replace('blue', 'blux'), parameters));
    }
  });

  it('tells the data as they were sent', () => {
    const data = received.flatMap(({ parameters }) =>
      Object.entries(parameters).filter(([name]) => name.endsWith('Data')),
    );

    assert.equal(data.length, 7);
    data.forEach(([name, text]) => assert.deepEqual(JSON.parse(text), DATA, name));
  });
});
