'use strict';

const assert = require('node:assert/strict');
const { it } = require('node:test');
const { connect, next, token, unused } = require('./lockstep');

it('a token that is no good is refused for good, until there is another', async () => {
  const identity = unused('identity');
  const client = connect(identity, { accessToken: 'no token' });
  const error = await next(client, 'connectionError');
  assert.deepEqual([error.terminal, error.errorCode], [true, 20101]);

  const connected = next(client, 'connectionStateChanged', (state) => state === 'connected');
  await client.updateToken(token(identity));
  await connected;
});

it('a token can be exchanged while the client works, for one of the same identity', async () => {
  const identity = unused('identity');
  const client = connect(identity);
  const document = await client.document(unused('document'));

  await client.updateToken(token(identity, 7200));
  await document.set({ n: 1 });
  assert.equal(client.connectionState, 'connected');

  await assert.rejects(client.updateToken(token('somebody else')), { status: 400, code: 51130 });
});

it('an app is warned before its token expires, told when it has, and goes on with another', async () => {
  const identity = unused('identity');
  const client = connect(identity, { accessToken: token(identity, 2) });
  await next(client, 'tokenAboutToExpire');
  const document = await client.document(unused('document'));

  await next(client, 'tokenExpired', () => true, 15);
  const connected = next(client, 'connectionStateChanged', (state) => state === 'connected');
  await client.updateToken(token(identity));
  await connected;
  await document.set({ after: 'it' });
});
