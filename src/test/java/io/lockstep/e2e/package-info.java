/**
 * The finished jar, run in processes of its own and driven from outside: by HTTP, by Twilio's library, by its command
 * line and by signals. Nobody else uses it.
 */
package io.lockstep.e2e;
