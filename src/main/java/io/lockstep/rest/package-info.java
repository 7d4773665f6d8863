/**
 * The REST API v1: one {@code ...Routes} class a resource. Its one public type is {@link io.lockstep.rest.RestApi}.
 */
@NullMarked
package io.lockstep.rest;

import org.jspecify.annotations.NullMarked;
