/**
 * How nodes tell one another what was committed: hints that save reading. What gets lost on the way is noticed, and read from
 * the rows; nothing that arrives decides who may do what.
 */
@NullMarked
package io.lockstep.cluster;

import org.jspecify.annotations.NullMarked;
