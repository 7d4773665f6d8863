package io.lockstep.realtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.VoidChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.function.Predicate;

/**
 * A socket's channel below Vert.x, which flushes every frame by itself and makes a future of each: the one place that knows
 * what Vert.x calls internal. Belongs to the event loop of its socket.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of a write shows in what is pending
final class Wire {

    private final ChannelHandlerContext context;
    private final ChannelPromise nobody; // asks what became of a write
    private boolean left; // the other end has said that it closes: nothing may follow the answer to that

    /**
     * Leaves out what only HTTP needs: the time of idle connections, for sessions have their own, and the sending of files.
     *
     * @param taken sees each binary message before Vert.x does, as long as it lasts; what it says is dealt with goes no
     *     further
     */
    Wire(ServerWebSocket socket, Predicate<ByteBuf> taken) {
        ChannelHandlerContext vertx = ((WebSocketInternal) socket).channelHandlerContext();
        ChannelHandlerContext encoder = vertx.pipeline().context(WebSocketFrameEncoder.class);
        context = encoder == null ? vertx : encoder; // which has nothing to do for a frame that is made already
        nobody = new VoidChannelPromise(context.channel(), false);
        remove(IdleStateHandler.class);
        remove(ChunkedWriteHandler.class);
        vertx.pipeline().addBefore(vertx.name(), null, new Messages(taken));
    }

    private void remove(Class<? extends ChannelHandler> handler) {
        if (context.pipeline().get(handler) != null) {
            context.pipeline().remove(handler);
        }
    }

    /** Writes a frame, and does not flush it; nothing when the socket closes. */
    void write(Frame frame, Turn turn) {
        if (!left) {
            context.write(frame.bytes(context.alloc(), turn), nobody);
        }
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

    /** What comes in, framed and unpacked. A binary frame which is the last of its message is all of it. */
    private final class Messages extends ChannelInboundHandlerAdapter {

        private final Predicate<ByteBuf> taken;

        Messages(Predicate<ByteBuf> taken) {
            this.taken = taken;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof BinaryWebSocketFrame frame
                    && frame.isFinalFragment()
                    && taken.test(frame.content())) {
                frame.release();
            } else {
                left |= message instanceof CloseWebSocketFrame;
                context.fireChannelRead(message);
            }
        }
    }
}
