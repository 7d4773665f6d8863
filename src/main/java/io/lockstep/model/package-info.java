/**
 * The domain: records, SIDs, names, paging types. What exists is valid; nothing here imports anything of ours, and
 * everybody may import it.
 */
@NullMarked
package io.lockstep.model;

import org.jspecify.annotations.NullMarked;
