package io.lockstep.realtime;

import io.lockstep.store.CollectionRepository;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.StreamRepository;

/**
 * What clients work on: the repositories that REST uses too.
 *
 * @param maxData bytes of the data of a document or an item
 * @param maxMessage bytes of the data of a message
 */
public record Resources(
        DocumentRepository documents,
        CollectionRepository lists,
        CollectionRepository maps,
        StreamRepository streams,
        int maxData,
        int maxMessage) {}
