/**
 * Expected failures: one enum of codes, one exception. Everybody may import it; only an edge turns it into a status.
 */
@NullMarked
package io.lockstep.error;

import org.jspecify.annotations.NullMarked;
