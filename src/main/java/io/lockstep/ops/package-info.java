/**
 * What an operator looks at: health, metrics, the access log. Served on the management port.
 */
@NullMarked
package io.lockstep.ops;

import org.jspecify.annotations.NullMarked;
