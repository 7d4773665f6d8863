package io.lockstep.realtime;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.VoidChannelPromise;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/**
 * A socket's channel below Vert.x, which flushes every frame by itself and makes a future of each: the one place that knows
 * what Vert.x calls internal. Belongs to the event loop of its socket.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of a write shows in what is pending
final class Wire {

    private final ChannelHandlerContext context;
    private final ChannelPromise nobody; // asks what became of a write

    /** Leaves out what only HTTP needs: the time of idle connections, for sessions have their own, and the sending of files. */
    Wire(ServerWebSocket socket) {
        context = ((WebSocketInternal) socket).channelHandlerContext();
        nobody = new VoidChannelPromise(context.channel(), false);
        remove(IdleStateHandler.class);
        remove(ChunkedWriteHandler.class);
    }

    private void remove(Class<? extends ChannelHandler> handler) {
        if (context.pipeline().get(handler) != null) {
            context.pipeline().remove(handler);
        }
    }

    /** Writes a frame, and does not flush it. */
    void write(Frame frame, Turn turn) {
        context.write(frame.bytes(context.alloc(), turn), nobody);
    }

    void flush() {
        context.flush();
    }

    /** Bytes that the socket has still to take, with what it takes to keep them; none once it has closed. */
    long pending() {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Flushes; done when all that was written by now is sent. Fails when the socket closes before. */
    Future<Void> sent() {
        Promise<Void> promise = Promise.promise();
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (done.isSuccess()) {
                promise.complete();
            } else {
                promise.fail(done.cause());
            }
        });
        return promise.future();
    }

    /** Closes without a word, whatever there is still to be sent. */
    void cut() {
        context.close();
    }
}
