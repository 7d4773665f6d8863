'use strict';

const assert = require('node:assert/strict');
const twilio = require('twilio');

// The server, and an account of it for each file of tests, which owns nothing at first.
const { SERVER_URL, ACCOUNT_SID, AUTH_TOKEN } = process.env;

const SIZES = [0, 1, 50, 51, 151];

function client(authToken = AUTH_TOKEN) {
  const client = twilio(ACCOUNT_SID, authToken);
  client.sync.baseUrl = SERVER_URL;
  return client;
}

/** Fails unless a resource has these properties, whatever else it has. */
function assertHas(resource, properties) {
  for (const [name, value] of Object.entries(properties)) {
    assert.deepEqual(resource[name], value, name);
  }
}

/** Fails unless two resources are the same in every property. */
function assertSame(actual, expected) {
  assert.deepEqual(actual.toJSON(), expected.toJSON());
}

/** Fails unless the promise is rejected as the library tells of an error. */
function assertFails(promise, status, code) {
  return assert.rejects(promise, (error) => {
    assert.deepEqual([error.status, error.code], [status, code], error.message);
    assert.equal(error.moreInfo, `https://www.twilio.com/docs/errors/${code}`);
    return true;
  });
}

/**
 * Fails unless a list has each resource once and in order, however many there are and whichever way it is read.
 *
 * @param list the library's, of nothing yet
 * @param create makes the resource of a number and returns its name
 * @param name a resource's own
 */
async function assertHoldsWhatIsCreated(list, create, name) {
  const created = [];
  for (const size of SIZES) {
    while (created.length < size) {
      created.push(await create(created.length));
    }
    await assertHolds(list, created, name);
  }
  await assertLeadsThereAndBack(list, created, name);
}

/** Fails unless a list has these resources and no others, whichever way it is read. */
async function assertHolds(list, expected, name, query = {}) {
  const read = async (options) => (await list.list({ ...query, ...options })).map(name);

  assert.deepEqual(await read({}), expected);
  assert.deepEqual(await read({ pageSize: 7 }), expected);
  assert.deepEqual(await read({ limit: 3 }), expected.slice(0, 3));
  assert.deepEqual(await read({ limit: 55, pageSize: 20 }), expected.slice(0, 55));
}

/** Both orders of a list of items, up to more of them than one page can hold. */
async function assertHoldsBothWays(list, create, name) {
  const created = [];
  for (const size of [...SIZES, 1001]) {
    while (created.length < size) {
      created.push(await create(created.length));
    }
    await assertHolds(list, created, name, { order: 'asc' });
    await assertHolds(list, [...created].reverse(), name, { order: 'desc' });
  }
  await assertLeadsThereAndBack(list, created, name);
  await assertLeadsThereAndBack(list, [...created].reverse(), name, { order: 'desc' });
  for (const limit of [999, 1000]) {
    assert.deepEqual((await list.list({ limit })).map(name), created.slice(0, limit));
  }
  for (const pageSize of [50, 333, 1000]) {
    assert.deepEqual((await list.list({ limit: 1001, pageSize })).map(name), created);
  }
  await assertFails(list.list({ limit: 1001 }), 400, 54454);
}

async function assertLeadsThereAndBack(list, created, name, query = {}) {
  const first = await list.page({ ...query, pageSize: 2 });
  const second = await first.nextPage();
  const third = await second.nextPage();
  const back = await third.previousPage();
  const names = [first, second, third, back].map((page) => page.instances.map(name));

  assert.deepEqual(names, [created.slice(0, 2), created.slice(2, 4), created.slice(4, 6), created.slice(2, 4)]);
  assert.deepEqual((await list.getPage(second.nextPageUrl)).instances.map(name), created.slice(4, 6));
}

module.exports = {
  SERVER_URL,
  ACCOUNT_SID,
  AUTH_TOKEN,
  client,
  assertHas,
  assertSame,
  assertFails,
  assertHoldsWhatIsCreated,
  assertHoldsBothWays,
};
