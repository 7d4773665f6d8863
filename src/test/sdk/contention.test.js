'use strict';

const assert = require('node:assert/strict');
const { it } = require('node:test');
const { SDK, connect, rest, unused } = require('./lockstep');

const CLIENTS = SDK === 'twilio-sync' ? 20 : 5; // it takes long: one wins, and all others begin again
const TIMES = 50;

it(`${CLIENTS} clients that add one ${TIMES} times each come to ${CLIENTS * TIMES} exactly`, async () => {
  const name = unused('counter');
  await rest('POST', '/Documents', { UniqueName: name, Data: '{"count":0}' });
  const documents = await Promise.all(Array.from({ length: CLIENTS }, () => connect().document(name)));

  await Promise.all(
    documents.map(async (document) => {
      for (let i = 0; i < TIMES; i++) {
        await document.mutate((data) => ({ count: data.count + 1 }));
      }
    }),
  );

  assert.deepEqual((await rest('GET', `/Documents/${name}`)).data, { count: CLIENTS * TIMES });
});
