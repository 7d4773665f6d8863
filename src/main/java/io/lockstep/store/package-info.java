/**
 * What can be asked of storage, and how it fails: interfaces only. The edges see these and never their PostgreSQL form.
 */
@NullMarked
package io.lockstep.store;

import org.jspecify.annotations.NullMarked;
