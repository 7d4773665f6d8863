package io.lockstep.rest;

import io.lockstep.api.JsonWriter;

/** Writes one row of a page. */
@FunctionalInterface
interface PageRows<T> {

    void write(JsonWriter json, T row);
}
