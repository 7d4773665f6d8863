package io.lockstep.model;

/** What is told to those who listen to a stream at that moment, and stored nowhere. */
public record StreamMessage(Sid sid, JsonText data) {}
