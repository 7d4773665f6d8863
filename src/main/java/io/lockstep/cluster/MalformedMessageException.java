package io.lockstep.cluster;

/** What came from another node is no message of ours, or one of another version. */
final class MalformedMessageException extends RuntimeException {

    MalformedMessageException(String problem) {
        super(problem);
    }
}
